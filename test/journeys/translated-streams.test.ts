/** A translated stream keeps what a passing one promises: nothing is buffered, memory stays flat, endings are honest. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream, type StreamRequest } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      daemon: { timeouts: { slow_client_s: 2 } },
      backends: everyBack(upstream).map((back) => back.config),
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const backs = everyBack({ url: '' }).map(({ dialect, model }) => [dialect, model] as const);

function chat(model: string, more: Partial<StreamRequest> = {}) {
  return openStream(`${gateway.baseUrl}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${gateway.key}` },
    body: { model, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    ...more,
  });
}

function residentMb(): number {
  const status = readFileSync(`/proc/${gateway.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const calls = async () => {
  const live = await fetch(`${gateway.adminUrl}/stats/live`);
  return JSON.stringify(await live.json());
};

describe.each(backs)('from %s', (_dialect, model) => {
  it('the first word leaves before the second has come', async () => {
    const stream = await chat(`${model}!words=4!slow=250`);
    const isWord = ({ data }: { data: string }) => /"content":"[^"]/.test(data);
    await stream.waitForEnd();
    const times = stream.frames.filter(isWord).map(({ atMs }) => atMs);
    expect(times.length).toBe(4);
    for (let at = 1; at < times.length; at++) {
      expect((times[at] ?? 0) - (times[at - 1] ?? 0)).toBeGreaterThan(120);
    }
  });

  it.each(['cut=3', 'end=3', 'error-mid=3', 'reset=3'])(
    '%s is told in band, and never ends clean',
    async (how) => {
      const stream = await chat(`${model}!words=40!slow=5!${how}`);
      await stream.waitForEnd();
      expect(stream.status).toBe(200);
      expect(stream.text).toMatch(/data: \{"error":/);
      expect(stream.text).not.toContain('"finish_reason":"stop"');
    },
  );

  it('a flood that nobody reads costs little memory, and its client is cut off', async () => {
    const before = residentMb();
    const streams = await Promise.all(
      Array.from({ length: 6 }, () => chat(`${model}!flood=60`, { reading: 'nothing' })),
    );
    let peakMb = 0;
    await waitFor(
      'them to be cut off',
      async () => {
        peakMb = Math.max(peakMb, residentMb());
        return !(await calls()).includes(`${model}!flood`);
      },
      { timeoutMs: 12_000, everyMs: 50 },
    );
    expect(peakMb - before).toBeLessThan(150);
    for (const stream of streams) stream.abort();
  });
});
