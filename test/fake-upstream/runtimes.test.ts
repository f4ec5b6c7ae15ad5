/** The memory of a fake that plays a runtime, as requests and a test in another process see it. */
import { afterEach, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';

let fake: FakeUpstream;

afterEach(() => fake.close());

async function post(path: string, body: object, method = 'POST'): Promise<Response> {
  return fetch(fake.url + path, { method, body: JSON.stringify(body) });
}

const messages = [{ role: 'user', content: 'Hi' }];

it('a request loads what is not there, and again under other options', async () => {
  fake = await startFakeUpstream({ runtime: 'ollama' });
  const chat = (options: object) => post('/api/chat', { model: 'm', messages, stream: false, options });
  await chat({ num_ctx: 9, seed: 1 });
  await chat({ num_ctx: 9, seed: 2 });
  await chat({});
  expect(fake.memory.history).toMatchObject([
    { what: 'load', model: 'm:latest', by: 'request', options: { num_ctx: 9 } },
    { what: 'load', model: 'm:latest', by: 'request', options: {} },
  ]);
});

it('who is at work is counted', async () => {
  fake = await startFakeUpstream({ runtime: 'localai' });
  const state = async () =>
    ((await (await fetch(`${fake.url}/backend/monitor?model=m!slow=200`)).json()) as { state: number }).state;
  const answer = post('/v1/chat/completions', { model: 'm!slow=200', messages });
  await waitFor('the model to be at work', async () => (await state()) === 1);
  await answer.then((response) => response.arrayBuffer());
  expect(await state()).toBe(2);
});

it('another process sets its mood and reads its history', async () => {
  fake = await startFakeUpstream({ runtime: 'localai' });
  expect(await (await post('/__fake/memory', { refuses: 507 }, 'PUT')).json()).toMatchObject({
    refuses: 507,
  });
  expect((await post('/backend/load', { model: 'm' })).status).toBe(507);
  await post('/__fake/memory', { refuses: null }, 'PUT');
  expect((await post('/backend/load', { model: 'm' })).status).toBe(200);
  const told = await (await fetch(`${fake.url}/__fake/memory`)).json();
  expect(told).toMatchObject({
    residents: { m: { state: 'loaded' } },
    history: [{ what: 'load', model: 'm' }],
  });
});

it('a fake that plays none has no such endpoints', async () => {
  fake = await startFakeUpstream();
  expect((await post('/backend/load', { model: 'm' })).status).toBe(404);
});
