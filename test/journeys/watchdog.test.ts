/** `max_hold_s` of a group: whoever keeps its turn for too long is broken off, honestly, and the next one comes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { overlaps } from '../fake-upstream/overlaps.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  const backend = { type: 'openai-compatible', base_url: `${upstream.url}/v1` };
  gateway = await startGateway({
    config: {
      backends: {
        sequence_groups: { gpu: { max_hold_s: 1 }, off: { max_hold_s: 0 } },
        backends: [
          {
            ...backend,
            name: 'watched',
            sequence_group: 'gpu',
            supports: { chat: ['m*'], images: ['picture*'] },
          },
          { ...backend, name: 'unwatched', sequence_group: 'off', supports: { chat: ['free*'] } },
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

const headers = () => ({ authorization: `Bearer ${gateway.key}` });
const question = (model: string, stream: boolean) => ({
  model,
  stream,
  messages: [{ role: 'user', content: 'Hi' }],
});

const chat = (model: string) =>
  fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify(question(model, false)),
  });

const stream = (model: string) =>
  openStream(`${gateway.baseUrl}/v1/chat/completions`, { headers: headers(), body: question(model, true) });

const warnings = () =>
  gateway.stderrLines
    .filter((line) => line.includes('held its slots'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function failuresCounted(): Promise<string | undefined> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  return /^sluice_upstream_errors_total\{backend="watched",kind="upstream_timeout"\} (\d+)$/m.exec(text)?.[1];
}

describe('the watchdog of a group', () => {
  it('ends a stream that hangs in its middle, in band; the backend is told, the next one comes', async () => {
    const hanging = await stream('m!stall-after=2');
    const next = chat('m!words=1');
    const frames = await hanging.waitForEnd(8_000);
    expect([hanging.status, hanging.ending]).toEqual([200, 'end']);
    expect(JSON.parse(frames.at(-1)?.data ?? '')).toMatchObject({
      error: { code: 'upstream_timeout', message: expect.stringContaining('max_hold_s') },
    });
    expect(hanging.text).not.toContain('[DONE]');
    expect((await next).status).toBe(200);

    const [stuck, after] = upstream.journal.work;
    expect(stuck?.outcome).toBe('aborted-by-peer');
    expect(after?.tReceivedFirstByte).toBeGreaterThanOrEqual(stuck?.tEnded ?? Number.POSITIVE_INFINITY);
    expect(overlaps([...upstream.journal.work])).toEqual([]);
    const row = gateway.ledgerRows().find((one) => one['request_id'] === hanging.headers['x-request-id']);
    expect([row?.['outcome'], row?.['error_code']]).toEqual(['partial', 'upstream_timeout']);
    expect(await failuresCounted()).toBe('1');
    expect(warnings().at(-1)).toMatchObject({ group: 'gpu', is_ended: true });
  });

  it('ends a whole answer that does not come with 504', async () => {
    const answer = await chat('m!stall-before-headers');
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ error: { code: 'upstream_timeout' } });
    await waitFor('the failure to be counted', async () => (await failuresCounted()) === '2');
    expect((await chat('m!words=1')).status).toBe(200);
  });

  it('only names a picture that takes its time', async () => {
    const told = warnings().length;
    const answer = await fetch(`${gateway.baseUrl}/v1/images/generations`, {
      method: 'POST',
      headers: headers(),
      body: JSON.stringify({ model: 'picture!delay=3000', prompt: 'a cat' }),
    });
    expect(answer.status).toBe(200);
    expect(warnings().slice(told)).toMatchObject([{ group: 'gpu', is_ended: false }]);
  });

  it('is off where max_hold_s is 0', async () => {
    const told = warnings().length;
    expect((await chat('free!delay=3000')).status).toBe(200);
    expect(warnings()).toHaveLength(told);
  });
});
