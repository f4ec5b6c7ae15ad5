/**
 * A backend that works on one request at a time is not asked how it is while it does: llama-cpp-python breaks a stream
 * off when anything else comes, and the others prove by working that they live.
 */
import { afterEach, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';

const LASTS_MS = 4_000;

let upstream: FakeUpstream;
let gateway: RunningGateway;

afterEach(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function start(backend: object): Promise<void> {
  upstream = await startFakeUpstream();
  const base = { type: 'openai-compatible', name: 'box', base_url: `${upstream.url}/v1` };
  gateway = await startGateway({
    config: {
      daemon: { health: { interval_ms: 200 } },
      backends: {
        sequence_groups: { gpu: { mode: 'serial' } },
        backends: [{ ...base, ...backend, supports: { chat: ['m*'] } }],
      },
    },
  });
  await waitFor('the first probe', () => looks().length > 0);
}

const looks = () => upstream.journal.entries.filter(({ method }) => method === 'GET');

async function looksDuringAStream(): Promise<number> {
  const stream = await openStream(`${gateway.baseUrl}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${gateway.key}` },
    body: {
      model: `m!slow=${LASTS_MS / 10}!words=10`,
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
    },
  });
  const before = looks().length;
  await stream.waitForEnd();
  expect(stream.frames.at(-1)?.data).toBe('[DONE]');
  return looks().length - before;
}

it.each([
  ['in a sequence group', { sequence_group: 'gpu' }],
  ['for one request at a time', { concurrency: 1 }],
])('a backend %s is left alone while it works, and looked at again after it', async (_, backend) => {
  await start(backend);
  expect(await looksDuringAStream()).toBe(0);
  const before = looks().length;
  await waitFor('the next probe', () => looks().length > before);
});

it('one that works on many is looked at all the time', async () => {
  await start({ concurrency: 8 });
  expect(await looksDuringAStream()).toBeGreaterThan(0);
});
