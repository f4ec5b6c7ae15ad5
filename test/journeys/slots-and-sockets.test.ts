/** When a slot is given back, told by the backend's own journal: after a client has left, and under one that hardly reads. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import type { JournalEntry } from '../fake-upstream/journal.ts';
import { overlaps } from '../fake-upstream/overlaps.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream, type StreamRequest } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

const STALL_S = 2;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      daemon: { timeouts: { slow_client_s: STALL_S } },
      backends: {
        sequence_groups: { gpu: {} },
        backends: [
          {
            type: 'openai-compatible',
            name: 'm',
            base_url: `${upstream.url}/v1`,
            sequence_group: 'gpu',
            supports: { chat: ['m*'] },
          },
        ],
      },
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

beforeEach(() => upstream.journal.clear());

const work = (): readonly JournalEntry[] => upstream.journal.work;
const never = Number.POSITIVE_INFINITY;

function stream(model: string, wishes: StreamRequest = {}) {
  return openStream(`${gateway.baseUrl}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${gateway.key}` },
    body: { model, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    timeoutMs: 20_000,
    ...wishes,
  });
}

describe('(g) a client that is gone while its request runs', () => {
  it('has the backend see the abort, and the next one starts only after its socket is closed, ten times', async () => {
    for (let round = 0; round < 10; round++) {
      upstream.journal.clear();
      const running = await stream('m!words=500!slow=20');
      await running.waitForFrames(2);
      const next = stream('m!words=1');
      const leftAtMs = running.abort();
      await (await next).waitForEnd();

      const [left, after] = work();
      expect(left?.outcome).toBe('aborted-by-peer');
      expect((left?.tSocketClosed ?? never) - leftAtMs).toBeLessThan(500);
      expect(after?.outcome).toBe('completed');
      expect(after?.tReceivedFirstByte).toBeGreaterThanOrEqual(left?.tSocketClosed ?? never);
      expect(overlaps(work())).toEqual([]);
    }
  });
});

describe('(h) a slow reader', () => {
  it('of an answer that fits what is kept for it delays the next request not at all', async () => {
    const slow = await stream('m!words=50', { reading: 'nothing' });
    await (await stream('m!words=1')).waitForEnd();
    const [read, next] = work();
    expect(read?.outcome).toBe('completed');
    expect((next?.tReceivedFirstByte ?? never) - (read?.tLastByteSent ?? 0)).toBeLessThan(500);
    slow.abort();
  });

  it('of a large one delays it no longer than the stall limit', async () => {
    const slow = await stream('m!flood=50', { reading: 'nothing' });
    await waitFor('the backend to be held up', () => (work()[0]?.bytesSent ?? 0) > 0);
    await (await stream('m!words=1')).waitForEnd();
    const [stalled, next] = work();
    expect(stalled?.outcome).toBe('aborted-by-peer');
    const heldMs = (next?.tReceivedFirstByte ?? never) - (stalled?.tReceivedFirstByte ?? 0);
    // It is looked for once a second, and what the kernel takes at first is read for it.
    expect(heldMs).toBeGreaterThan(STALL_S * 1000);
    expect(heldMs).toBeLessThan((STALL_S + 3) * 1000);
    expect(overlaps(work())).toEqual([]);
    slow.abort();
  });
});
