/** One request that a backend must be asked in several: the client sees one answer, in order, and one row in the ledger. */
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream } from '../support/sse-client.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;
let sdk: OpenAI;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  const hurried = {
    type: 'anthropic',
    name: 'hurried',
    base_url: `${upstream.url}/v1`,
    api_key: 'sk-upstream',
    supports: { chat: ['hurried*'] },
    timeouts: { total_s: 1 },
  };
  const backends = [...everyBack(upstream).map((back) => back.config), hurried];
  gateway = await startGateway({ config: { backends } });
  sdk = new OpenAI({ baseURL: `${gateway.baseUrl}/v1`, apiKey: gateway.key, maxRetries: 0 });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

beforeEach(() => upstream.journal.clear());

const works = () => upstream.journal.entries.filter(({ method }) => method === 'POST').length;

describe('several prompts', () => {
  const prompt = ['one', 'two', 'three'];

  it.each(['claude-m', 'gemini-m', 'llama-m', 'command-m', 'resp-m'])('of %s, whole', async (model) => {
    const answer = await sdk.completions.create({ model, prompt });
    expect(answer.choices.map(({ index, text }) => [index, text])).toEqual([
      [0, 'You said: one'],
      [1, 'You said: two'],
      [2, 'You said: three'],
    ]);
    expect(works()).toBe(3);
    const single = await sdk.completions.create({ model, prompt: 'one' });
    expect(answer.usage?.completion_tokens).toBe(3 * (single.usage?.completion_tokens ?? 0));
    expect(gateway.ledgerRows().filter((row) => row['model'] === model)).toHaveLength(2);
  });

  it.each(['claude-m', 'gemini-m', 'llama-m'])('of %s, streamed: one end, one id', async (model) => {
    const texts = ['', '', ''];
    const ids = new Set<string>();
    const ends: number[] = [];
    for await (const chunk of await sdk.completions.create({ model, prompt, stream: true })) {
      ids.add(chunk.id);
      for (const { index, text, finish_reason } of chunk.choices) {
        texts[index] += text;
        if (finish_reason) ends.push(index);
      }
    }
    expect(texts).toEqual(['You said: one', 'You said: two', 'You said: three']);
    expect(ends).toEqual([0, 1, 2]);
    expect(ids.size).toBe(1);
  });

  it('have the time of one answer together', async () => {
    // Each by itself is quick enough for the second there is; all three are not.
    await expect(sdk.completions.create({ model: 'hurried!delay=900', prompt })).rejects.toMatchObject({
      status: 504,
    });
  });

  it('of which one fails are an error, never half an answer', async () => {
    upstream.queueScenarios('', 'status=500');
    await expect(sdk.completions.create({ model: 'claude-m', prompt })).rejects.toMatchObject({
      status: 502,
    });
    expect(works()).toBe(2);
    const row = gateway.ledgerRows().at(-1);
    expect(row).toMatchObject({ outcome: 'failed', error_code: 'upstream_error' });
    expect(Number(row?.['completion_tokens'])).toBeGreaterThan(0);
  });

  it.each(['status=429', 'error-mid=1', 'cut=1'])(
    'of which one fails while they stream (%s)',
    async (fails) => {
      upstream.queueScenarios('', fails);
      const stream = await openStream(`${gateway.baseUrl}/v1/completions`, {
        headers: { authorization: `Bearer ${gateway.key}` },
        body: { model: 'claude-m', prompt, stream: true },
      });
      const frames = await stream.waitForEnd();
      expect(stream.text).toContain('"text":"one","index":0');
      expect(stream.text).not.toContain('[DONE]');
      expect(frames.at(-1)?.data).toContain('"error"');
      expect(works()).toBe(2);
      const row = gateway.ledgerRows().at(-1);
      expect(row).toMatchObject({ outcome: 'partial', status: 200 });
      expect(Number(row?.['completion_tokens'])).toBeGreaterThan(0);
    },
  );
});

it('more inputs than one request may hold come back in order, as one list', async () => {
  const input = Array.from({ length: 200 }, (_, at) => `text number ${at}`);
  const answer = await sdk.embeddings.create({ model: 'command-m', input, encoding_format: 'float' });
  expect(works()).toBe(3);
  expect(answer.data.map(({ index }) => index)).toEqual(input.map((_, at) => at));
  const last = await sdk.embeddings.create({
    model: 'command-m',
    input: input[199] ?? '',
    encoding_format: 'float',
  });
  expect(answer.data[199]?.embedding).toEqual(last.data[0]?.embedding);
  expect(answer.usage.prompt_tokens).toBe(600);
});
