/** One case and what each dialect makes of it, side by side, whole and streamed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_TALKING, type Talking, type Wish } from './asking.ts';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { type Heard, heardWhole } from './heard.ts';
import { ARGUMENTS, hear, NATURAL, send } from './hearing.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream();
});

afterAll(() => fake.close());

/** What a case comes to in each dialect: an expectation for all, and what differs. */
type Case = readonly [wish: Wish, all: Partial<Heard>, finishes: Partial<Record<Talking, string>>];

const CASES: Record<string, Case> = {
  text: [{ text: 'hello you' }, { text: 'You said: hello you', input: 2, output: 4 }, {}],
  thinking: [{ text: 'hello', model: 'm!thoughts=3' }, { text: 'You said: hello', output: 6 }, {}],
  empty: [{ text: 'hello', model: 'm!empty' }, { text: '', refusal: '', tools: [], output: 0 }, {}],
  'max tokens': [
    { text: 'hello you', tokensMax: 2 },
    { text: 'You said: ', output: 2 },
    {
      'openai-chat': 'length',
      'openai-completions': 'length',
      'openai-responses': 'max_output_tokens',
      'anthropic-messages': 'max_tokens',
      gemini: 'MAX_TOKENS',
      'ollama-chat': 'length',
      'ollama-generate': 'length',
    },
  ],
};

describe.each(Object.entries(CASES))('%s', (_, [wish, all, finishes]) => {
  it.each(ALL_TALKING)('%s', async (talking) => {
    const heard = await hear(fake, talking, wish);
    // Ollama leaves out counts of nothing.
    const output = all.output === 0 && talking.startsWith('ollama') ? null : all.output;
    const expected = { ...all, ...(all.output === undefined ? {} : { output }) };
    expect(heard).toMatchObject({ ...expected, finish: finishes[talking] ?? NATURAL[talking] });
  });
});

describe('thoughts are told apart from the answer', () => {
  it.each(ALL_TALKING.filter((talking) => talking !== 'openai-completions'))('%s', async (talking) => {
    const heard = await hear(fake, talking, { text: 'hello', model: 'm!thoughts=3' });
    expect(heard).toMatchObject({ thoughts: 'one two three', text: 'You said: hello' });
  });
});

describe('a stop text ends the answer and is no part of it', () => {
  it.each(ALL_TALKING.filter((talking) => talking !== 'openai-responses'))('%s', async (talking) => {
    const wish = { text: 'alpha beta gamma', stop: ['gamma', 'a be', ''] };
    const heard = await hear(fake, talking, wish);
    const finish = talking === 'anthropic-messages' ? 'stop_sequence' : NATURAL[talking];
    expect(heard).toMatchObject({ text: 'You said: alph', finish });
  });

  it('Anthropic says which', async () => {
    const wish = { text: 'alpha beta gamma', stop: ['gamma', 'beta'] };
    const whole = await (await send(fake, 'anthropic-messages', wish)).json();
    expect(whole).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'beta' });
    const stream = await (await send(fake, 'anthropic-messages', { ...wish, stream: true })).text();
    expect(stream).toContain('"delta":{"stop_reason":"stop_sequence","stop_sequence":"beta"}');
  });

  it('the most tokens come first if they are fewer', async () => {
    const wish = { text: 'alpha beta gamma', stop: ['gamma'], tokensMax: 3 };
    expect(await hear(fake, 'openai-chat', wish)).toMatchObject({
      text: 'You said: alpha ',
      finish: 'length',
    });
  });
});

describe('an answer by a schema', () => {
  const schema = {
    $defs: { Mood: { enum: ['calm', 'wild'] } },
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: ['null', 'integer'], minimum: 3 },
      mood: { $ref: '#/$defs/Mood' },
      tags: { type: 'array', minItems: 2, items: { anyOf: [{ type: 'boolean' }, { type: 'string' }] } },
      deep: { type: 'object', properties: { fixed: { const: 7 } } },
    },
  };

  it.each(ALL_TALKING.filter((talking) => talking !== 'openai-completions'))('%s', async (talking) => {
    const { text } = await hear(fake, talking, { text: 'hello', schema });
    expect(JSON.parse(text)).toEqual({
      name: 'Köln',
      age: 3,
      mood: 'calm',
      tags: [true, true],
      deep: { fixed: 7 },
    });
  });

  it('any object if there is no schema', async () => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
    const ask = async (path: string, more: object): Promise<string> =>
      (await fetch(fake.url + path, { method: 'POST', body: JSON.stringify({ ...body, ...more }) })).text();
    const chat = await ask('/v1/chat/completions', { response_format: { type: 'json_object' } });
    expect(heardWhole('openai-chat', chat).text).toBe('{"said":"You said: hello"}');
    const ollama = await ask('/api/chat', { format: 'json', stream: false });
    expect(heardWhole('ollama-chat', ollama).text).toBe('{"said":"You said: hello"}');
  });

  it("Gemini's own schemas write types in capitals", async () => {
    const config = {
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', properties: { n: { type: 'INTEGER' } } },
    };
    const body = { contents: [{ parts: [{ text: 'x' }] }], generationConfig: config };
    const answer = await fetch(`${fake.url}/v1beta/models/m:generateContent`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(heardWhole('gemini', await answer.text()).text).toBe('{"n":1}');
  });

  it('as the arguments of a tool that must be used', async () => {
    const { tools } = await hear(fake, 'anthropic-messages', {
      tools: ['json_output'],
      choice: 'json_output',
    });
    expect(tools).toMatchObject([{ name: 'json_output', args: ARGUMENTS }]);
  });
});

describe('signatures', () => {
  it.each([
    ['anthropic-messages', 'm!thoughts=2', ['RmFrZVNpZ25hdHVyZQ==']],
    ['anthropic-messages', 'm!signed', ['RmFrZVNpZ25hdHVyZQ==']],
    ['anthropic-messages', 'm!signed=redacted', ['RmFrZVNpZ25hdHVyZQ==']],
    ['gemini', 'm!signed', ['RmFrZQ==']],
    ['gemini', 'm!tools=2', ['RmFrZQ==']],
    ['openai-responses', 'm!signed', ['gAAAAABmYWtl']],
    ['openai-responses', 'm!thoughts=2', []],
    ['openai-chat', 'm!signed!thoughts=2', []],
  ] as const)('%s in the scenario %s', async (talking, model, signatures) => {
    const tools = model.includes('tools') ? { tools: ['weather'] } : {};
    expect((await hear(fake, talking, { text: 'hello', model, ...tools })).signatures).toEqual(signatures);
  });

  it('Responses gives what is encrypted to whoever asks for it', async () => {
    const body = { model: 'm!thoughts=2', input: 'x', include: ['reasoning.encrypted_content'] };
    const answer = await fetch(`${fake.url}/v1/responses`, { method: 'POST', body: JSON.stringify(body) });
    expect(heardWhole('openai-responses', await answer.text()).signatures).toHaveLength(1);
  });

  it("Anthropic's stands in the last delta of the thinking, or is the block itself", async () => {
    const stream = await (
      await send(fake, 'anthropic-messages', { model: 'm!thoughts=1', stream: true })
    ).text();
    expect(stream).toMatch(/signature_delta.*\n\nevent: content_block_stop/);
    const redacted = await (await send(fake, 'anthropic-messages', { model: 'm!signed=redacted' })).json();
    expect(redacted).toMatchObject({ content: [{ type: 'redacted_thinking' }, { type: 'text' }] });
  });
});

describe('usage', () => {
  it.each(ALL_TALKING.filter((talking) => !talking.startsWith('ollama')))('%s', async (talking) => {
    const heard = await hear(fake, talking, { text: 'a b c d e', model: 'm!cached=2!thoughts=3' });
    const reasoning = 3;
    expect(heard).toMatchObject({ input: 5, cached: 2, output: 10, reasoning });
  });

  it('of what was written to the cache', async () => {
    const wish = { text: 'a b c d e', model: 'm!cached=2!cached-now=1' };
    expect(await (await send(fake, 'anthropic-messages', wish)).json()).toMatchObject({
      usage: {
        input_tokens: 2,
        cache_creation_input_tokens: 1,
        cache_read_input_tokens: 2,
        cache_creation: { ephemeral_5m_input_tokens: 1 },
      },
    });
    expect(await (await send(fake, 'openai-chat', wish)).json()).toMatchObject({
      usage: { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 } },
    });
  });

  it("Gemini's grows with the stream", async () => {
    const text = await (await send(fake, 'gemini', { model: 'm!words=3', stream: true })).text();
    const counts = [...text.matchAll(/"candidatesTokenCount":(\d+)/g)].map((match) => Number(match[1]));
    expect(counts).toEqual([1, 2, 3, 3]);
  });
});

describe('pictures and files are noticed', () => {
  const image = Buffer.from('89504e470d0a1a0a00000000', 'hex').toString('base64');
  const pdf = Buffer.from('%PDF-1.7 twenty byte').toString('base64');
  const seen = '[image image/png 12 bytes]';

  it.each(ALL_TALKING.filter((talking) => talking !== 'openai-completions'))('%s', async (talking) => {
    const isOllama = talking.startsWith('ollama');
    const { text, input } = await hear(fake, talking, { text: 'look', image, ...(isOllama ? {} : { pdf }) });
    const file = isOllama ? '' : ' [file application/pdf 20 bytes]';
    expect(text).toBe(`You said: look ${seen}${file}`);
    expect(input).toBe(isOllama ? 5 : 9);
  });

  it('also by their address', async () => {
    const part = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
    const body = { model: 'm', messages: [{ role: 'user', content: [part] }] };
    const answer = await fetch(`${fake.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(await answer.text()).toContain('You said: [image https://example.org/a.png]');
  });
});

describe('what only OpenAI chat has', () => {
  it('several answers at once, each with its own number', async () => {
    const body = { model: 'm', n: 3, messages: [{ role: 'user', content: 'hello' }] };
    const ask = async (more: object): Promise<string> => {
      const request = { method: 'POST', body: JSON.stringify({ ...body, ...more }) };
      return (await fetch(`${fake.url}/v1/chat/completions`, request)).text();
    };
    const whole = JSON.parse(await ask({})) as { choices: { index: number; message: { content: string } }[] };
    expect(whole.choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, 'You said: hello'],
      [1, 'You said: hello (2)'],
      [2, 'You said: hello (3)'],
    ]);
    const stream = await ask({ stream: true });
    for (const key of ['"role":"assistant"', '"finish_reason":"stop"'])
      expect(stream.match(new RegExp(key, 'g'))).toHaveLength(3);
  });
});
