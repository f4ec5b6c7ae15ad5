/** Every knob there is, in every dialect that talks: the answer comes or breaks off, and the fake lives on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawConnect, rawRequest } from '../support/raw-client.ts';
import { openStream } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { KNOBS, type Knob } from './scenario.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream();
});

afterAll(() => fake.close());

const messages = [{ role: 'user', content: 'one two three four' }];
const contents = [{ role: 'user', parts: [{ text: 'one two three four' }] }];

const DIALECTS: Record<string, (model: string, stream: boolean) => { path: string; body: object }> = {
  'openai-chat': (model, stream) => ({
    path: '/v1/chat/completions',
    body: { model, messages, stream, stream_options: { include_usage: true } },
  }),
  'openai-completions': (model, stream) => ({
    path: '/v1/completions',
    body: { model, prompt: 'a b c', stream },
  }),
  'openai-responses': (model, stream) => ({ path: '/v1/responses', body: { model, input: 'a b c', stream } }),
  anthropic: (model, stream) => ({ path: '/v1/messages', body: { model, messages, stream, max_tokens: 99 } }),
  gemini: (model, stream) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents },
  }),
  'gemini-array': (model) => ({ path: `/v1beta/models/${model}:streamGenerateContent`, body: { contents } }),
  'ollama-chat': (model, stream) => ({ path: '/api/chat', body: { model, messages, stream } }),
  'ollama-generate': (model, stream) => ({ path: '/api/generate', body: { model, prompt: 'a b c', stream } }),
};

const VALUES: Partial<Record<Knob, string>> = {
  words: '5',
  status: '503',
  message: 'oh+no',
  location: '/x',
  flood: '1',
  load: '20',
  slow: '2',
  think: '20',
  delay: '20',
};
/** Those that never end, and the one that is over with the second request; they have tests of their own. */
const APART: readonly string[] = ['stall-before-headers', 'stall-after', 'no-read', 'times'];
const quick = Object.keys(KNOBS).filter((knob) => !APART.includes(knob)) as Knob[];

describe.each(Object.keys(DIALECTS))('%s', (dialect) => {
  it.each(quick)('%s', async (knob) => {
    const model = `m!${VALUES[knob] === undefined ? knob : `${knob}=${VALUES[knob]}`}`;
    for (const isStream of [true, false]) {
      const { path, body } = DIALECTS[dialect]?.(model, isStream) ?? { path: '', body: {} };
      const ending = await openStream(fake.url + path, { body, keeps: 'counts' }).then(
        (stream) => stream.waitForEnd().then(() => `${stream.status} ${stream.ending}`),
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
      expect(ending).toMatch(expectedEnding(knob));
    }
    // The fake notices the end of an answer some turns after its reader.
    await waitFor('the end of every answer', () =>
      fake.journal.entries.every(({ outcome }) => outcome !== 'open'),
    );
    expect(fake.journal.entries.at(-1)?.scenario).toContain(knob);
  });
});

function expectedEnding(knob: Knob): RegExp {
  if (knob === 'cut' || knob === 'reset' || knob === 'cut-in-head') return /ECONNRESET|HPE_|hang up/;
  if (knob === 'wrong-length') return /^200 (end|ECONNRESET)$|^200 close$/;
  if (knob === 'loading' || knob === 'status') return /^503 end$/;
  if (knob === 'too-long') return /^400 end$/;
  if (knob === 'only') return /^404 end$/;
  return /^200 end$/;
}

describe('what needs more than one request', () => {
  it('load: only a change of model costs time', async () => {
    const ms = async (model: string): Promise<number> => {
      const stream = await openStream(`${fake.url}/api/chat`, { body: { model, messages } });
      await stream.waitForEnd();
      return stream.headersAtMs;
    };
    expect(await ms('one!load=80')).toBeGreaterThan(75);
    expect(await ms('one!load=80')).toBeLessThan(60);
    expect(await ms('two!load=80')).toBeGreaterThan(75);
  });

  it('no-read: the body stays with who sent it', async () => {
    const connection = await rawConnect(fake);
    const head = rawRequest('POST /v1/chat/completions', {
      'x-fake-scenario': 'no-read',
      'content-length': '50000000',
    });
    await connection.send(head);
    const sending = connection.send(Buffer.alloc(50_000_000));
    const first = await Promise.race([
      sending.then(() => 'sent'),
      new Promise((resolve) => setTimeout(resolve, 200)),
    ]);
    expect(first).toBeUndefined();
    expect(connection.socket.bytesWritten).toBeGreaterThan(0);
    connection.close();
  });

  it('keys: another one is refused in the words of the dialect', async () => {
    const guarded = await startFakeUpstream({ keys: ['right'] });
    const ask = (headers: Record<string, string>) =>
      openStream(`${guarded.url}/v1/messages`, { body: { model: 'm', messages }, headers });
    expect((await ask({ 'x-api-key': 'wrong' })).status).toBe(401);
    expect((await ask({ 'x-api-key': 'right' })).status).toBe(200);
    expect((await ask({ authorization: 'Bearer right' })).status).toBe(200);
    await guarded.close();
  });
});
