/**
 * What is checked of a question, and what is left to the backend: where it reads the same bytes, a rule of ours would
 * sooner or later refuse what it takes (rows 002-13, 003-3).
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  const base = { base_url: `${upstream.url}/v1`, api_key: 'sk-upstream' };
  gateway = await startGateway({
    config: {
      backends: [
        { ...base, type: 'openai-compatible', name: 'same', supports: { chat: ['same*'] } },
        { ...base, type: 'anthropic', name: 'other', supports: { chat: ['other*'] } },
      ],
    },
  });
});

afterEach(() => {
  upstream.journal.clear();
  upstream.setScenario('');
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const hi = [{ role: 'user', content: 'Hi' }];

async function ask(body: object) {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify(body),
  });
  const { error } = (await answer.json()) as { error?: { param?: string; message: string } };
  return { status: answer.status, param: error?.param, message: error?.message, warnings: answer.headers };
}

const sent = () =>
  upstream.journal.entries.filter(({ method }) => method === 'POST').map((entry) => entry.sent);

describe('messages', () => {
  it.each<[string, unknown, string]>([
    ['none', [], 'messages'],
    ['no list', 'Hi', 'messages'],
    ['one that is none', ['Hi'], 'messages[0]'],
    ['a role nobody has', [{ role: 'king', content: 'Hi' }], 'messages[0].role'],
  ])('%s: refused with its place, and no backend is asked', async (_, messages, param) => {
    for (const model of ['same', 'other'])
      expect(await ask({ model, messages })).toMatchObject({ status: 400, param });
    expect(sent()).toEqual([]);
  });

  it('may hold parts, and texts without a letter: some backends take them', async () => {
    const parts = [{ type: 'text', text: 'Hi' }];
    for (const content of [parts, '', []]) {
      const messages = [...hi, { role: 'user', content }];
      expect(await ask({ model: 'same', messages })).toMatchObject({ status: 200 });
      expect(sent().at(-1)).toMatchObject({ messages });
    }
  });
});

describe('a temperature', () => {
  it('passes as it is to who reads the same bytes, whose refusal is the answer', async () => {
    expect(await ask({ model: 'same', messages: hi, temperature: 2.5 })).toMatchObject({ status: 200 });
    expect(sent().at(-1)).toMatchObject({ temperature: 2.5 });
    upstream.setScenario('status=400!message=temperature+above+2');
    expect(await ask({ model: 'same', messages: hi, temperature: 2.5 })).toMatchObject({
      status: 400,
      message: 'temperature above 2',
    });
  });

  it('that has to be understood must be a number, and is brought within what the backend takes', async () => {
    expect(await ask({ model: 'other', messages: hi, temperature: 'hot' })).toMatchObject({
      status: 400,
      param: 'temperature',
    });
    expect(sent()).toEqual([]);
    const told = await ask({ model: 'other', messages: hi, temperature: 1.5 });
    expect(told.status).toBe(200);
    expect(told.warnings.get('x-sluice-warnings')).toContain('changed;param=temperature');
    expect(sent().at(-1)).toMatchObject({ temperature: 1 });
  });
});
