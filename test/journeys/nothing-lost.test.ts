/** What a translation cannot carry over is named in `x-sluice-warnings`, or the request is refused by that name. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClientHouse } from '../clients/client-house.ts';
import { objectIn, parseObject } from '../fake-upstream/json.ts';

let house: ClientHouse;

beforeAll(async () => {
  house = await ClientHouse.open({ backends: () => [{ type: 'echo', name: 'echo' }] });
});

afterAll(async () => {
  await house?.close();
});

beforeEach(() => {
  house.upstream.journal.clear();
});

const hi = [{ role: 'user', content: 'Hi' }];
const parts = [{ role: 'user', parts: [{ text: 'Hi' }] }];

async function warned(path: string, body: object): Promise<readonly string[]> {
  const answer = await house.post(path, body);
  expect(answer.status, await answer.text()).toBe(200);
  return (answer.headers.get('x-sluice-warnings') ?? '').split(', ').filter(Boolean);
}

async function refused(path: string, body: object): Promise<object> {
  const answer = await house.post(path, body);
  return { ...objectIn(parseObject(await answer.text()).error), status: answer.status };
}

it('a block that no backend can read is refused by its path', async () => {
  const content = [{ type: 'text', text: 'What is this?' }, { type: 'hologram' }];
  const told = await refused('/v1/messages', {
    model: 'chat-m',
    max_tokens: 9,
    messages: [{ role: 'user', content }],
  });
  expect(told).toMatchObject({ status: 400, message: expect.stringContaining('messages[0].content[1]') });
});

describe('a limit of -1, which means none', () => {
  it.each(['claude-m', 'gemini-m', 'command-m', 'llama-m', 'resp-m'])('never reaches %s', async (model) => {
    const told = await warned('/v1/chat/completions', { model, messages: hi, max_tokens: -1 });
    expect(told).toContain('dropped;param=max_tokens;reason=means_no_limit');
    expect(house.lastAsked.body).not.toContain('-1');
  });
});

describe('what is given up is named', () => {
  it.each<[string, string, object, string]>([
    [
      'safety settings that block',
      '/v1beta/models/chat-m:generateContent',
      {
        contents: parts,
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_LOW_AND_ABOVE' }],
      },
      'dropped;param=safetySettings;reason=unsupported_by_backend',
    ],
    [
      'a budget that became a word',
      '/v1/messages',
      { model: 'resp-m', max_tokens: 9000, messages: hi, thinking: { type: 'enabled', budget_tokens: 5000 } },
      'changed;param=thinking;reason=budget_as_effort',
    ],
    [
      'a word that became a budget',
      '/v1/chat/completions',
      { model: 'command-m', messages: hi, reasoning_effort: 'low' },
      'changed;param=reasoning_effort;reason=effort_as_budget',
    ],
    [
      'an option of Ollama’s sampler',
      '/api/chat',
      { model: 'chat-m', messages: hi, stream: false, options: { mirostat: 1, temperature: 0.5 } },
      'dropped;param=options.mirostat;reason=unsupported_by_backend',
    ],
    [
      'verbosity',
      '/v1/responses',
      { model: 'chat-m', input: 'Hi', text: { verbosity: 'low' } },
      'dropped;param=text.verbosity;reason=unsupported_by_backend',
    ],
    [
      'a schema that an echo does not keep to',
      '/v1/chat/completions',
      { model: 'echo', messages: hi, response_format: { type: 'json_object' } },
      'dropped;param=response_format;reason=unsupported_by_backend',
    ],
    [
      'thoughts of another model in a request that passes',
      '/v1/messages',
      {
        model: 'claude-m',
        max_tokens: 9,
        messages: [
          ...hi,
          { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'gw1:gemini:x' }] },
          ...hi,
        ],
      },
      'dropped;param=messages;reason=thoughts_of_another_model',
    ],
  ])('%s', async (_what, path, body, warning) => {
    expect(await warned(path, body)).toContain(warning);
  });
});

describe('usage in a stream that passes', () => {
  const chunksOf = async (more: object) => {
    const stream = await house.stream('/v1/chat/completions', {
      model: 'chat-m',
      messages: hi,
      stream: true,
      ...more,
    });
    await stream.waitForEnd();
    return stream.frames.filter(({ data }) => data !== '[DONE]').map(({ data }) => parseObject(data));
  };

  it('is spoken of in no chunk where the client did not ask, though the gateway did', async () => {
    const chunks = await chunksOf({});
    expect(house.lastAsked.body).toContain('"include_usage":true');
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(chunk).not.toHaveProperty('usage');
  });

  it('is null in all chunks but the last where the client asked', async () => {
    const chunks = await chunksOf({ stream_options: { include_usage: true } });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
  });
});

it('an estimate of tokens is one of what is said, whatever stands beside it', async () => {
  const count = async (more: object) => {
    const body = { model: 'chat-m', messages: [{ role: 'user', content: 'Some words to count.' }], ...more };
    return (await (await house.post('/v1/messages/count_tokens', body)).json()) as object;
  };
  const metadata = { user_id: 'x'.repeat(900) };
  expect(await count({ metadata, temperature: 0.5, stop_sequences: ['END'] })).toEqual(await count({}));
});
