/** Codex works unchanged: stateless Responses with tools of every kind, its own bytes before OpenAI, translated before any other. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClientHouse } from '../clients/client-house.ts';
import { codexBody, codexHeaders } from '../clients/codex.ts';
import { responsesAnswer } from '../clients/responses-answer.ts';
import { type JsonObject, listIn, objectIn } from '../fake-upstream/json.ts';
import { everyBack } from '../support/every-back.ts';

let house: ClientHouse;

beforeAll(async () => {
  house = await ClientHouse.open();
});

afterAll(() => house?.close());

beforeEach(() => house.upstream.journal.clear());

const everyModel = everyBack({ url: '' }).map(({ dialect, model }) => [dialect, model] as const);
const translated = everyModel.filter(([dialect]) => dialect !== 'openai-responses');

/** Asks as Codex does; the stream must have kept every rule. */
async function say(body: object, path = '/v1/responses') {
  const stream = await house.stream(path, body, codexHeaders);
  const frames = await stream.waitForEnd();
  if (stream.status !== 200) throw new Error(`status ${stream.status}: ${stream.text}`);
  const answer = responsesAnswer(frames);
  expect(answer.complaints).toEqual([]);
  expect(stream.text).not.toContain('[DONE]');
  return { ...answer, warnings: `${stream.headers['x-sluice-warnings'] ?? ''}` };
}

describe.each(everyModel)('an answer of %s', (_dialect, model) => {
  it('comes in the order Codex insists on, and is complete', async () => {
    const answer = await say(codexBody({ model }));
    expect(answer.lastType).toBe('response.completed');
    // Some dialects have no two turns of one role in a row: the environment is a part of the question there.
    expect(answer.text).toMatch(/^You said: (.|\n)*say hello$/);
    expect(answer.response).toMatchObject({
      object: 'response',
      status: 'completed',
      model,
      store: false,
      error: null,
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: answer.text }] }],
      usage: {
        input_tokens: expect.any(Number),
        input_tokens_details: { cached_tokens: expect.any(Number), cache_write_tokens: expect.any(Number) },
        output_tokens_details: { reasoning_tokens: expect.any(Number) },
      },
    });
  });

  it('its thoughts are one item, closed before the words begin', async () => {
    const { items, types } = await say(codexBody({ model: `${model}!thoughts=4` }));
    expect(items.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    expect(items[0]?.summary).toEqual([{ type: 'summary_text', text: 'one two three four' }]);
    const firstDone = types.indexOf('response.output_item.done');
    expect(firstDone).toBeLessThan(types.indexOf('response.output_text.delta'));
  });

  it('that breaks off is told as failed, which keeps Codex from asking for ever', async () => {
    const stream = await house.stream(
      '/v1/responses',
      codexBody({ model: `${model}!words=20!cut=9` }),
      codexHeaders,
    );
    const frames = await stream.waitForEnd();
    const events = frames.map(({ event }) => event);
    expect(events.at(-1)).toBe('response.failed');
    expect(events).toContain('error');
    const numbers = frames.map(({ data }) => objectIn(JSON.parse(data)).sequence_number);
    expect(numbers).toEqual(numbers.map((_, at) => at));
  });

  it('that reaches its limit is incomplete', async () => {
    const body = { ...codexBody({ model: `${model}!words=9` }), max_output_tokens: 4 };
    const { lastType, response } = await say(body);
    expect(lastType).toBe('response.incomplete');
    expect(response.incomplete_details).toEqual({ reason: 'max_output_tokens' });
  });
});

describe.each(translated)('before a backend that speaks %s', (dialect, model) => {
  it('tools it cannot have are left out and named, the others arrive flat', async () => {
    const { warnings } = await say(codexBody({ model }));
    expect(warnings).toContain('dropped;param=tools[3];');
    expect(warnings).toContain('param=tools[1].format;');
    const names = JSON.stringify(house.lastAsked.sent);
    for (const name of ['shell', 'apply_patch', 'read_note']) expect(names).toContain(`"${name}"`);
    expect(names).not.toMatch(/web_search|lark|client_metadata|prompt_cache_key|encrypted_content/);
  });

  it('a loop with a function, a free-form tool and one of a namespace runs to its end', async () => {
    const first = await say(codexBody({ model: `${model}!tools=3` }));
    // Gemini signs its calls, Cohere says what it plans: those are items of their own.
    const [shell, patch, note] = first.items.filter(({ call_id }) => call_id !== undefined);
    expect(shell).toMatchObject({ type: 'function_call', name: 'shell', status: 'completed' });
    expect(JSON.parse(`${shell?.arguments}`)).toEqual({ command: 'Köln', timeout_ms: 1.5 });
    expect(patch).toMatchObject({ type: 'custom_tool_call', name: 'apply_patch', input: 'Köln' });
    expect(note).toMatchObject({ type: 'function_call', name: 'read_note', namespace: 'mcp__notes' });
    expect(first.types).toContain('response.custom_tool_call_input.done');
    expect(new Set([shell, patch, note].map((item) => item?.call_id)).size).toBe(3);
    expect(first.items.every(({ id, call_id }) => id !== call_id)).toBe(true);

    const since = [
      ...first.items,
      { type: 'function_call_output', call_id: shell?.call_id, output: 'total 0' },
      { type: 'custom_tool_call_output', call_id: patch?.call_id, output: 'patched' },
      {
        type: 'function_call_output',
        call_id: note?.call_id,
        output: [{ type: 'input_text', text: 'milk' }],
      },
    ];
    const second = await say(codexBody({ model: `${model}!tools=3`, since }));
    expect(second.items.map(({ type }) => type)).toEqual(['message']);
    expect(second.text).toMatch(/^The tool said: .*total 0.*patched.*milk/);
    const { body = '' } = house.lastAsked;
    // What was unwrapped on the way out is wrapped again: the free-form text is a member of an object.
    const asObject = ['anthropic-messages', 'gemini-generate', 'ollama-chat'].includes(dialect);
    expect(body).toContain(asObject ? '{"input":"Köln"}' : String.raw`{\"input\":\"Köln\"}`);
  });

  it('what was thought before the tools goes back without harm', async () => {
    const first = await say(codexBody({ model: `${model}!tools=1!thoughts=3` }));
    expect(first.items.map(({ type }) => type)).toContain('reasoning');
    const call = first.items.find(({ type }) => type === 'function_call');
    const output = { type: 'function_call_output', call_id: call?.call_id, output: 'fine' };
    const second = await say(codexBody({ model: `${model}!tools=1`, since: [...first.items, output] }));
    expect(second.text).toMatch(/^The tool said: .*fine/);
    expect(house.lastAsked.body).not.toContain('gw1:');
  });

  it('a talk its provider would have to remember is refused by name', async () => {
    for (const [param, value] of [
      ['previous_response_id', 'resp_1'],
      ['conversation', 'conv_1'],
      ['background', true],
      ['prompt', { id: 'pmpt_1' }],
    ] as const) {
      const answer = await house.post('/v1/responses', { model, input: 'x', [param]: value });
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { error: { type: 'invalid_request_error', code: 'unsupported_parameter', param } },
      ]);
    }
    expect(house.asked).toEqual([]);
  });
});

describe('before a backend of Responses', () => {
  it('the body arrives byte for byte', async () => {
    const body = ` ${JSON.stringify({ ...codexBody({ model: 'resp-m' }), made_up_in_2099: 1 })}\n`;
    const stream = await house.stream('/v1/responses', body, codexHeaders);
    const answer = responsesAnswer(await stream.waitForEnd());
    expect(answer.complaints).toEqual([]);
    expect(house.lastAsked).toMatchObject({ body, path: '/v1/responses', operation: 'openai-responses' });
    expect(stream.headers['x-sluice-warnings']).toBeUndefined();
    expect(JSON.stringify(house.lastAsked.headers)).not.toContain(house.gateway.key);
  });

  it('so do its own encrypted thoughts, out and back in, and a response it remembers', async () => {
    const model = 'resp-m!tools=1!thoughts=2';
    const first = await say(codexBody({ model }));
    expect(first.items[0]).toMatchObject({ type: 'reasoning', encrypted_content: 'gAAAAABmYWtl' });
    const output = { type: 'function_call_output', call_id: first.items[1]?.call_id, output: 'fine' };
    const body = {
      ...codexBody({ model, since: [...first.items, output] }),
      previous_response_id: 'resp_1',
    };
    const second = await say(body);
    expect(second.text).toBe('The tool said: fine');
    expect(house.lastAsked.body).toBe(JSON.stringify(body));
  });
});

describe('the addresses Codex uses', () => {
  it('its list of models, with its version', async () => {
    const listed = await house.get('/v1/models?client_version=0.99.0');
    const { object, data } = (await listed.json()) as JsonObject;
    expect(object).toBe('list');
    expect(listIn(data).map((one) => objectIn(one).id)).toContain('resp-m');
  });

  it('Responses without /v1, too', async () => {
    expect((await say(codexBody({ model: 'chat-m' }), '/responses')).lastType).toBe('response.completed');
  });

  it('a wrong key is told in the envelope it reads, once', async () => {
    const answer = await house.post('/v1/responses', codexBody({ model: 'chat-m' }), {
      authorization: 'Bearer sk-wrong',
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_key' } });
  });
});
