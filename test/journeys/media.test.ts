/** Sound, pictures out of pictures, and moderations: the official SDK and plain requests, through the gateway. */
import { createHash } from 'node:crypto';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

const passing = ['images', 'audio', 'moderations'];

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      apps: [
        { app_id: 'program', name: 'A program', policy: { deny: ['secret*'] } },
        { app_id: 'thrifty', api_keys: ['sk-thrifty'], cost_limit: { period: 'day', limit: 0.01 } },
        { app_id: 'habitual', name: 'Names no model', default_model: 'm-usual', api_keys: ['sk-habitual'] },
      ],
      backends: {
        aliases: { whisper: 'm-large-whisper-model', hidden: 'secret-model' },
        backends: [
          {
            type: 'openai-compatible',
            name: 'fake',
            base_url: `${upstream.url}/v1`,
            supports: Object.fromEntries(passing.map((operation) => [operation, ['m*', 'secret*']])),
            cost: {
              unit: '1m_tokens',
              models: {
                'm-priced': { prompt: 1, completion: 2, request: 0.5, image: 0.25 },
                'm-whisper': { audio_minute: 0.006 },
                'm-minutes': { audio_minute: 0.6 },
              },
            },
          },
          {
            type: 'anthropic',
            name: 'other',
            api_key: 'k',
            base_url: upstream.url,
            models: { claude: {} },
            auto_models: false,
          },
          {
            type: 'openai-compatible',
            name: 'gone',
            base_url: 'http://127.0.0.1:9/v1',
            supports: { audio: ['gone', 'm-twice'] },
            priority: 9,
          },
          {
            type: 'azure-openai',
            name: 'azure',
            api_key: 'k',
            base_url: upstream.url,
            models: { deployed: {} },
            auto_models: false,
          },
        ],
      },
    },
  });
});

beforeEach(() => {
  upstream.journal.clear();
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const recording = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256));
const digest = createHash('sha256').update(recording).digest('hex');
const told = (work: string) => `${work} of talk.mp3, 300000 bytes, ${digest}`;
const file = () => toFile(recording, 'talk.mp3', { type: 'audio/mpeg' });
const sdk = () => new OpenAI({ baseURL: `${gateway.baseUrl}/v1`, apiKey: gateway.key, maxRetries: 0 });
const sent = () => upstream.journal.work.at(-1);
const lastRow = () => gateway.ledgerRows().at(-1);

function form(fields: Readonly<Record<string, string | Blob>>): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, value, 'talk.mp3');
  }
  return body;
}

const post = (path: string, body: FormData | object, key = gateway.key) =>
  fetch(`${gateway.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: body instanceof FormData ? body : JSON.stringify(body),
  });

describe('speech', () => {
  it('comes as the bytes the backend made, under the name of its own', async () => {
    const answer = await sdk().audio.speech.create({ model: 'm1', voice: 'alloy', input: 'Grüße' });
    expect(answer.headers.get('content-type')).toBe('audio/mpeg');
    expect(answer.headers.get('x-sluice-backend')).toBe('fake');
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe('ID3Grüße');
    expect(lastRow()).toMatchObject({
      operation: 'audio',
      outcome: 'complete',
      status: 200,
      prompt_tokens: null,
    });
  });

  it('comes in events, with usage, to who asks for them', async () => {
    const answer = await post('/v1/audio/speech', {
      model: 'm1',
      input: 'one two',
      voice: 'a',
      stream_format: 'sse',
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const text = await answer.text();
    expect(text.match(/speech\.audio\.delta/g)?.length).toBeGreaterThan(1);
    expect(text).toContain('speech.audio.done');
    expect(lastRow()).toMatchObject({ operation: 'audio', outcome: 'complete', is_stream: 1 });
    expect(lastRow()?.['prompt_tokens']).toBeGreaterThan(0);
  });

  it('passes as it is made, not when it is complete', async () => {
    const answer = await post('/v1/audio/speech', {
      model: 'm1!slow=100',
      input: 'a longer text',
      voice: 'a',
    });
    const reader = answer.body?.getReader();
    const startedAt = performance.now();
    await reader?.read();
    const firstMs = performance.now() - startedAt;
    while (!(await reader?.read())?.done);
    expect(performance.now() - startedAt - firstMs).toBeGreaterThan(300);
  });

  it('that breaks off does not end as if it were whole', async () => {
    const answer = await post('/v1/audio/speech', { model: 'm1!cut=3', input: 'a longer text', voice: 'a' });
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow();
    await waitFor('the entry', () => lastRow()?.['outcome'] === 'partial');
    expect(lastRow()).toMatchObject({ operation: 'audio', error_code: 'upstream_error' });
  });

  it.each([
    ['m1!status=500', 502],
    ['m1!html', 502],
    ['m1!cut=0', 502],
  ])('of %s is a refusal with a status', async (model, status) => {
    const answer = await post('/v1/audio/speech', { model, input: 'a', voice: 'a' });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { message: expect.any(String) } });
  });
});

describe('text from speech', () => {
  it.each([
    ['transcriptions', () => sdk().audio.transcriptions],
    ['translations', () => sdk().audio.translations],
  ] as const)('%s: the recording arrives byte for byte', async (work, resource) => {
    const answer = await resource().create({ file: await file(), model: 'm1' });
    expect(answer.text).toBe(told(work));
    expect(sent()?.headers['content-length']).toBe(String(sent()?.bodyLength));
    expect(lastRow()).toMatchObject({ operation: 'audio', outcome: 'complete', model: 'm1' });
    expect(lastRow()?.['prompt_tokens']).toBeGreaterThan(0);
  });

  it.each([
    // Half a minute and a bit, of which the seconds are billed that the backend tells.
    ['m-whisper', {}, 3_100],
    ['m-whisper', { stream: 'true' }, 3_100],
    ['m-minutes', { response_format: 'verbose_json' }, 300_500],
    ['m-minutes', {}, 0],
  ])('of %s with %j costs by the minute what was told of its length', async (model, more, cost) => {
    const longer = Buffer.alloc(300_500);
    const body = form({ model, ...more, file: new Blob([longer]) });
    const answer = await post('/v1/audio/transcriptions', body);
    expect(answer.status).toBe(200);
    // The entry is there before the last byte.
    await answer.text();
    expect(lastRow()).toMatchObject({ operation: 'audio', model, cost_micro: cost });
  });

  it('is not begun where the recording may be longer than what is left can pay for', async () => {
    const body = (bytes: number) => form({ model: 'm-whisper', file: new Blob([Buffer.alloc(bytes)]) });
    const refused = await post('/v1/audio/transcriptions', body(300_000), 'sk-thrifty');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: { code: 'cost_limit_exceeded' } });
    expect((await post('/v1/audio/transcriptions', body(3_000), 'sk-thrifty')).status).toBe(200);
  });

  it('comes as plain text where that is asked for', async () => {
    const answer = await sdk().audio.transcriptions.create({
      file: await file(),
      model: 'm1',
      response_format: 'text',
    });
    expect(answer).toBe(`${told('transcriptions')}\n`);
  });

  it('streams', async () => {
    const stream = await sdk().audio.transcriptions.create({ file: await file(), model: 'm1', stream: true });
    const events: string[] = [];
    for await (const event of stream) events.push(event.type);
    expect(events.slice(0, -1).every((type) => type === 'transcript.text.delta')).toBe(true);
    expect(events.at(-1)).toBe('transcript.text.done');
    expect(lastRow()).toMatchObject({ is_stream: 1, outcome: 'complete' });
    expect(lastRow()?.['prompt_tokens']).toBeGreaterThan(0);
  });

  it('comes whole from a backend that does not stream it, and is passed on so', async () => {
    const body = form({ model: 'm1!json-instead-of-stream', stream: 'true', file: new Blob([recording]) });
    const answer = await post('/v1/audio/transcriptions', body);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({ text: told('transcriptions') });
  });

  it('that breaks off in the middle of a stream says so in it', async () => {
    const body = form({ model: 'm1!cut=2', stream: 'true', file: new Blob([recording]) });
    const text = await (await post('/v1/audio/transcriptions', body)).text();
    expect(text).toContain('"code":"upstream_error"');
    expect(text).not.toContain('transcript.text.done');
  });

  it.each(['', '/v1', '/openai/v1'])('is found at %s/audio/transcriptions', async (base) => {
    const answer = await post(
      `${base}/audio/transcriptions`,
      form({ file: new Blob([recording]), model: 'm1' }),
    );
    expect(await answer.json()).toMatchObject({ text: told('transcriptions') });
  });

  it('is asked of the model behind an alias, wherever in the form it stands', async () => {
    for (const order of [
      ['file', 'model'],
      ['model', 'file'],
    ]) {
      const values = { file: new Blob([recording]), model: 'whisper', prompt: 'Grüße' };
      const fields = Object.fromEntries([...order, 'prompt'].map((name) => [name, values[name as 'file']]));
      const answer = await post('/v1/audio/transcriptions', form(fields));
      expect(await answer.json()).toMatchObject({ text: told('transcriptions') });
      expect(sent()).toMatchObject({ model: 'm-large-whisper-model', sent: { prompt: 'Grüße' } });
    }
  });

  it('is asked of the model of the app where the form names none', async () => {
    const body = form({ file: new Blob([recording]) });
    const answer = await post('/v1/audio/transcriptions', body, 'sk-habitual');
    expect(await answer.json()).toMatchObject({ text: told('transcriptions') });
    expect(sent()?.model).toBe('m-usual');
  });

  it('of a backend that is away is a refusal, and the gateway goes on', async () => {
    for (const bytes of [recording, Buffer.alloc(3_000_000)]) {
      const answer = await post('/v1/audio/transcriptions', form({ file: new Blob([bytes]), model: 'gone' }));
      expect(answer.status).toBe(502);
      expect(await answer.json()).toMatchObject({ error: { code: 'upstream_connect' } });
    }
  });

  it('goes whole to the next backend where the first is away', async () => {
    for (const bytes of [recording, Buffer.alloc(3_000_000)]) {
      const answer = await post(
        '/v1/audio/transcriptions',
        form({ file: new Blob([bytes]), model: 'm-twice' }),
      );
      expect(answer.headers.get('x-sluice-backend')).toBe('fake');
      expect(await answer.json()).toMatchObject({
        text: expect.stringContaining(`, ${bytes.length} bytes,`),
      });
    }
  });

  it('is refused by a backend in its own words', async () => {
    const body = form({ file: new Blob([Buffer.alloc(3_000_000)]), model: 'm1!status=400!message=too+long' });
    const answer = await post('/v1/audio/transcriptions', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('too long') } });
  });

  it('is asked of a deployment at Azure', async () => {
    const named = await post(
      '/v1/audio/transcriptions',
      form({ file: new Blob([recording]), model: 'deployed' }),
    );
    expect(await named.json()).toMatchObject({ text: told('transcriptions') });
    const path = '/openai/deployments/m1/audio/transcriptions?api-version=2024-10-21';
    const fromAzure = await post(path, form({ file: new Blob([recording]) }));
    expect(await fromAzure.json()).toMatchObject({ text: told('transcriptions') });
    expect(sent()).toMatchObject({ path: '/v1/audio/transcriptions', model: 'm1' });
  });
});

describe('a form is judged by what stands in it', () => {
  it.each(['secret-1', 'hidden'])('%s is not allowed', async (model) => {
    const answer = await post('/v1/audio/transcriptions', form({ file: new Blob([recording]), model }));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'model_not_allowed' } });
    expect(upstream.journal.work).toHaveLength(0);
  });

  it('a model that stands there twice is refused', async () => {
    const body = form({ file: new Blob([recording]), model: 'm1' });
    body.append('model', 'secret-1');
    const answer = await post('/v1/audio/transcriptions', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param: 'model' } });
  });

  it('one without an end is refused, with and without the right length', async () => {
    for (const text of ['--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nm1\r\n', '']) {
      const answer = await fetch(`${gateway.baseUrl}/v1/audio/transcriptions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${gateway.key}`,
          'content-type': 'multipart/form-data; boundary=x',
        },
        body: text,
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 'invalid_request' } });
    }
  });

  it('one where no form belongs is no JSON', async () => {
    const answer = await post('/v1/chat/completions', form({ model: 'm1' }));
    expect(answer.status).toBe(400);
  });

  it.each([
    ['/v1/audio/speech', { model: 'claude', input: 'a', voice: 'a' }],
    ['/v1/audio/transcriptions', form({ model: 'claude', file: new Blob(['x']) })],
    ['/v1/images/edits', form({ model: 'claude', image: new Blob(['x']), prompt: 'a' })],
    ['/v1/moderations', { model: 'claude', input: 'a' }],
    ['/v1/rerank', { model: 'claude', query: 'a', documents: ['b'] }],
  ])('%s of a model that cannot is 501', async (path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ error: { code: 'operation_not_supported' } });
  });
});

describe('pictures out of pictures', () => {
  it('are edited, and counted', async () => {
    const images = [await toFile(recording, 'a.png'), await toFile(recording, 'b.png')];
    const answer = await sdk().images.edit({ model: 'm-priced', image: images, prompt: 'a gate', n: 2 });
    expect(answer.data).toHaveLength(2);
    expect(sent()?.operation).toBe('openai-image-edits');
    expect(sent()?.sent).toMatchObject({
      'image[]': [{ sha256: digest }, { sha256: digest }],
      prompt: 'a gate',
    });
    // 5 tokens read and 200 written, two pictures, one request.
    expect(lastRow()).toMatchObject({
      operation: 'images',
      images: 2,
      cost_micro: 5 + 400 + 500_000 + 500_000,
    });
  });

  it('that come whole where a stream was asked for are streamed all the same', async () => {
    const stream = await sdk().images.edit({
      ...{ model: 'm1!json-instead-of-stream', prompt: 'a', stream: true },
      image: await toFile(recording, 'a.png'),
    });
    const types: string[] = [];
    for await (const event of stream as AsyncIterable<{ type: string }>) types.push(event.type);
    expect(types).toEqual(['image_edit.completed']);
  });

  it('are varied', async () => {
    const image = await toFile(recording, 'a.png', { type: 'image/png' });
    const answer = await sdk().images.createVariation({ model: 'm1', image });
    expect(answer.data?.[0]?.b64_json).toMatch(/^iVBOR/);
    expect(sent()?.operation).toBe('openai-image-variations');
  });

  it('are edited by JSON, too, as newer clients may ask', async () => {
    const answer = await post('/images/edits', {
      model: 'm1',
      prompt: 'a',
      images: [{ image_url: 'data:,x' }],
    });
    expect(answer.status).toBe(200);
    expect(sent()?.sent).toMatchObject({ images: [{ image_url: 'data:,x' }] });
  });

  it('are at most ten at a time', async () => {
    const answer = await post('/v1/images/edits', form({ model: 'm1', n: '11', image: new Blob(['x']) }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param: 'n' } });
  });
});

describe('moderations', () => {
  it('are passed on, and cost no tokens', async () => {
    const answer = await sdk().moderations.create({ model: 'm1', input: ['good', 'a bad word'] });
    expect(answer.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(lastRow()).toMatchObject({ operation: 'moderations', prompt_tokens: 0, completion_tokens: 0 });
    expect((await post('/moderations', { model: 'm1', input: 'good' })).status).toBe(200);
  });
});
