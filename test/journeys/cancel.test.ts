/** `sluice cancel`: the client is told, so that it does not simply ask again. */
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      backends: {
        sequence_groups: { gpu: {} },
        backends: [
          {
            type: 'openai-compatible',
            name: 'fake',
            base_url: `${upstream.url}/v1`,
            sequence_group: 'gpu',
            supports: { chat: ['m*'] },
          },
          { type: 'echo', name: 'echo', quirks: { word_delay_ms: 200 } },
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

const posts = () => upstream.journal.entries.filter((entry) => entry.method === 'POST');

function ask(requestId: string, model: string, stream = false): Promise<Response> {
  return fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'x-request-id': requestId },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'one two three four five' }] }),
  });
}

async function cancel(requestId: string): Promise<void> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api/cancel/${requestId}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  expect(answer.status).toBe(200);
}

const queued = async () => {
  const live = (await (await fetch(`${gateway.adminUrl}/stats/live`)).json()) as {
    per_group: Record<string, { queued: number }>;
  };
  return live.per_group['gpu']?.queued;
};

async function expectTold(answer: Response): Promise<void> {
  expect(answer.status).toBe(499);
  expect(answer.headers.get('x-should-retry')).toBe('false');
  expect(await answer.json()).toMatchObject({
    error: { code: 'client_left', message: 'The operator cancelled this request.' },
  });
}

async function expectInLedger(requestId: string): Promise<void> {
  const rowOf = () => gateway.ledgerRows().find((row) => row['request_id'] === requestId);
  await waitFor('the entry', () => rowOf() !== undefined);
  expect(rowOf()).toMatchObject({ outcome: 'cancelled', status: 499, error_code: 'client_left' });
}

describe('a cancelled request', () => {
  it('that runs and has not been answered yet is answered 499, and an SDK does not try again', async () => {
    const sdk = new OpenAI({ baseURL: `${gateway.baseUrl}/v1`, apiKey: gateway.key });
    const asked = sdk.chat.completions
      .create(
        { model: 'm!think=20000', messages: [{ role: 'user', content: 'Hi' }] },
        { headers: { 'x-request-id': 'runs' } },
      )
      .catch((thrown: unknown) => thrown);
    await waitFor('the backend to work', () => posts().length === 1);
    await cancel('runs');
    expect(await asked).toMatchObject({ status: 499, code: 'client_left' });
    await waitFor('the backend to be let go', () => posts()[0]?.outcome === 'aborted-by-peer');
    expect(posts()).toHaveLength(1);
    await expectInLedger('runs');
  });

  it('that waits is answered 499, and no backend hears of it', async () => {
    const first = ask('first', 'm!words=30!slow=50');
    await waitFor('one to run', () => posts().length === 1);
    const second = ask('waits', 'm');
    await waitFor('one to wait', async () => (await queued()) === 1);
    await cancel('waits');
    await expectTold(await second);
    await cancel('first');
    await expectTold(await first);
    expect(posts()).toHaveLength(1);
    await expectInLedger('waits');
  });

  it('whose client is still sending it is answered 499', async () => {
    let finish = () => {};
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"model":'));
        finish = () => controller.close();
      },
    });
    const request: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'x-request-id': 'sending' },
      body,
      duplex: 'half',
    };
    const asked = fetch(`${gateway.baseUrl}/v1/chat/completions`, request);
    const isThere = async () =>
      JSON.stringify(await (await fetch(`${gateway.adminUrl}/admin/api/running`, bearer())).json()).includes(
        'sending',
      );
    await waitFor('it to be there', isThere);
    await cancel('sending');
    await expectTold(await asked);
    finish();
    await expectInLedger('sending');
  });

  it.each([
    ['of a backend', 'm!words=200!slow=50'],
    ['of this house', 'echo'],
  ])('whose stream %s has begun ends with an error, and never cleanly', async (_whose, model) => {
    const requestId = `streams-${model.slice(0, 4)}`.replace('!', '');
    const answer = await ask(requestId, model, true);
    expect(answer.status).toBe(200);
    await cancel(requestId);
    const said = await answer.text();
    expect(said).toContain('The operator cancelled this request.');
    expect(said).toContain('"code":"client_left"');
    expect(said).not.toContain('[DONE]');
    expect(said).not.toContain('"finish_reason":"stop"');
    await expectInLedger(requestId);
  });
});

const bearer = () => ({ headers: { authorization: `Bearer ${gateway.adminToken}` } });
