/** A stream never looks complete when it is not: what each misbehaviour of a backend becomes at the client. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream, type SseStream } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      daemon: { timeouts: { first_byte_s: 2, idle_s: 2 }, limits: { max_event_mb: 1 } },
      backends: [
        {
          type: 'openai-compatible',
          name: 'fake',
          base_url: `${upstream.url}/v1`,
          supports: { chat: ['m*'], completions: ['m*'], responses: ['m*'] },
        },
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

interface Ended {
  readonly status: number;
  readonly text: string;
  readonly lastData: string;
  readonly error: { code?: string; message?: string } | undefined;
}

async function chat(scenario: string, path = '/v1/chat/completions'): Promise<Ended> {
  const question = path.endsWith('responses')
    ? { input: 'Hello there' }
    : path.endsWith('chat/completions')
      ? { messages: [{ role: 'user', content: 'Hello there' }] }
      : { prompt: 'Hello there' };
  const stream = await openStream(gateway.baseUrl + path, {
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: { model: `m!${scenario}`, stream: true, ...question },
    timeoutMs: 15_000,
  });
  await waitFor('the stream to end', () => stream.ending !== undefined, { timeoutMs: 15_000 });
  return summary(stream);
}

function summary(stream: SseStream): Ended {
  const datas = stream.frames.map((frame) => frame.data).filter((data) => data !== '');
  const errors = [...datas, stream.text].flatMap((data) => {
    try {
      const parsed = JSON.parse(data);
      return [parsed.error ?? parsed.response?.error ?? []].flat();
    } catch {
      return [];
    }
  });
  return {
    status: stream.status,
    text: stream.text,
    lastData: datas.at(-1)?.trim() ?? '',
    error: errors.at(-1),
  };
}

describe.each(['/v1/chat/completions', '/v1/completions'])('%s', (path) => {
  it.each([
    'words=5',
    'words=5!no-done',
    'words=5!crlf',
    'words=5!cr',
    'words=5!bom',
    'words=5!comments',
    'words=5!bytes=1',
    'split-utf8',
    'words=5!close-no-length',
    'words=5!json-instead-of-stream',
    'words=5!no-content-type',
  ])('ends clean with [DONE] after %s', async (scenario) => {
    const ended = await chat(scenario, path);
    expect(ended.status).toBe(200);
    expect(ended.lastData).toBe('[DONE]');
    expect(ended.error).toBeUndefined();
  });

  it.each([
    'words=9!cut=4',
    'words=9!reset=4',
    'words=9!end=4',
    'words=9!error-mid=3',
    'words=9!stall-after=3',
    'words=9!huge-line=3',
    'words=9!garbage-json',
    'words=9!truncated-json',
  ])('ends with an error and no [DONE] after %s', async (scenario) => {
    const ended = await chat(scenario, path);
    expect(ended.text).not.toContain('[DONE]');
    expect(ended.error?.code ?? ended.error?.message).toBeTruthy();
    if (ended.status === 200) expect(JSON.parse(ended.lastData).error).toBeTruthy();
  });

  it.each([
    ['error-in-200', 502],
    ['cut=0', 502],
    ['status=500', 502],
    ['status=401', 502],
    ['status=403', 502],
    ['status=400', 400],
    ['status=404', 404],
    ['status=429!retry-after=7', 429],
    ['status=503', 503],
    ['status=529', 503],
    ['status=302!location=http://169.254.169.254/', 502],
    ['loading', 503],
    ['html', 502],
    ['stall-before-headers', 504],
    ['end=0', 502],
  ])('answers %s with status %i and an error body', async (scenario, status) => {
    const ended = await chat(scenario, path);
    expect(ended.status).toBe(status);
    expect(ended.error?.message).toBeTruthy();
    expect(ended.text).not.toContain('127.0.0.1');
  });
});

it('passes an error field of llama.cpp on as an error', async () => {
  const ended = await chat('words=9!error-field=3');
  expect(ended.text).not.toContain('[DONE]');
  expect(ended.error).toBeTruthy();
});

describe('/v1/responses', () => {
  it('ends with response.completed', async () => {
    const ended = await chat('words=5', '/v1/responses');
    expect(JSON.parse(ended.lastData).type).toBe('response.completed');
  });

  it.each(['words=9!cut=6', 'words=9!end=6'])('ends with response.failed after %s', async (scenario) => {
    const ended = await chat(scenario, '/v1/responses');
    expect(JSON.parse(ended.lastData).type).toBe('response.failed');
    expect(ended.text).not.toContain('response.completed');
  });
});

it('keeps whole answers honest, too', async () => {
  const ask = async (scenario: string) => {
    const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ model: `m!${scenario}`, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  expect(await ask('words=3')).toMatchObject({ status: 200, body: { object: 'chat.completion' } });
  expect(await ask('words=3!sse-instead-of-json')).toMatchObject({
    status: 200,
    body: { object: 'chat.completion' },
  });
  for (const scenario of [
    'truncated-json',
    'garbage-json',
    'error-in-200',
    'html',
    'wrong-length=10',
    'cut=1',
  ]) {
    expect(await ask(scenario), scenario).toMatchObject({
      status: 502,
      body: { error: { type: 'server_error' } },
    });
  }
});

it('marks a broken stream as partial in the ledger, and never as complete', async () => {
  await chat('words=9!cut=4');
  await chat('words=5');
  const [broken, whole] = gateway.ledgerRows().slice(-2);
  expect(broken).toMatchObject({ outcome: 'partial', error_code: 'upstream_error' });
  expect(whole).toMatchObject({ outcome: 'complete', error_code: null });
  expect(Number(whole?.['completion_tokens'])).toBeGreaterThan(0);
});

it("keeps a backend's own words for a prompt that is too long", async () => {
  const ended = await chat('status=400!message=This+model+has+a+maximum+context+length+of+8192+tokens.');
  expect(ended.error?.message).toContain('maximum context length of 8192 tokens');
});
