/** Claude Code works unchanged: its own bytes before an Anthropic backend, and all of its habits translated before any other. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claudeAnswer } from '../clients/claude-answer.ts';
import {
  BETAS,
  BILLING_LINE,
  claudeBody,
  claudeHeaders,
  claudeResults,
  PNG,
  REMINDER,
  SESSION,
} from '../clients/claude-code.ts';
import { backOf, ClientHouse } from '../clients/client-house.ts';
import { listIn, objectIn, stringIn } from '../fake-upstream/json.ts';
import { everyBack } from '../support/every-back.ts';

let house: ClientHouse;

beforeAll(async () => {
  house = await ClientHouse.open({
    backends: (url) => [
      backOf('vllm', 'vllm-m', url),
      backOf('vllm', 'old-vllm-m', url),
      backOf('llamacpp', 'llamacpp-m', url),
      backOf('llamacpp', 'old-llamacpp-m', url),
    ],
  });
});

afterAll(() => house?.close());

beforeEach(() => {
  house.upstream.setScenario('');
  house.upstream.journal.clear();
});

const claude = () => claudeHeaders(house.gateway.key);
const foreign = everyBack({ url: '' }).filter(({ dialect }) => dialect !== 'anthropic-messages');
const foreignModels = foreign.map(({ dialect, model }) => [dialect, model] as const);

async function say(body: object, path = '/v1/messages?beta=true') {
  const stream = await house.stream(path, body, claude());
  const frames = await stream.waitForEnd();
  if (stream.status !== 200) throw new Error(`status ${stream.status}: ${stream.text}`);
  return { ...claudeAnswer(frames), warnings: `${stream.headers['x-sluice-warnings'] ?? ''}` };
}

const textOf = (blocks: readonly { type: string; text?: unknown }[]) =>
  blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');

describe('what Claude Code asks before anything else', () => {
  it('is answered: HEAD / without a key', async () => {
    const answer = await fetch(house.gateway.baseUrl, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('a thousand models in the shape of Anthropic, for the same address gives others that of OpenAI', async () => {
    const headers = { 'anthropic-version': '2023-06-01' };
    const listed = await house.get('/v1/models?limit=1000', headers);
    expect(listed.status).toBe(200);
    const { data, has_more, first_id, last_id } = (await listed.json()) as Record<string, never[]>;
    const ids = listIn(data).map((one) => stringIn(objectIn(one).id));
    expect(ids).toContain('claude-m');
    expect([has_more, first_id, last_id]).toEqual([false, ids[0], ids.at(-1)]);
    expect(data?.[0]).toMatchObject({
      type: 'model',
      id: ids[0],
      display_name: expect.any(String),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    const others = (await (await house.get('/v1/models?limit=1000')).json()) as Record<string, unknown>;
    expect(others['object']).toBe('list');
  });

  it('one model, by its name', async () => {
    const one = await house.get('/v1/models/claude-m', { 'anthropic-version': '2023-06-01' });
    expect(await one.json()).toMatchObject({ type: 'model', id: 'claude-m' });
  });
});

describe('before a backend of Anthropic', () => {
  /** Spelled as no serializer would. */
  const oddBody = (model: string) =>
    `{ "model" : "${model}",\n\t"max_tokens":32000.0, "stream": true, "made_up_in_2099": {"a": [1e2, "\\u00fc"]},` +
    ` "system":[{"type":"text","text":"${BILLING_LINE}"}],` +
    ` "messages":[ {"role":"user","content":"say \\u0068ello"}, {"role":"system","content":"${REMINDER}"} ] }`;

  it('the body arrives byte for byte, its new members and its billing line too', async () => {
    const stream = await house.stream('/v1/messages?beta=true', oddBody('claude-m'), claude());
    expect(textOf(claudeAnswer(await stream.waitForEnd()).blocks)).toBe('You said: say hello');
    expect(house.lastAsked.body).toBe(oddBody('claude-m'));
    expect(stream.headers['x-sluice-warnings']).toBeUndefined();
  });

  it('the whole habit of its bodies arrives byte for byte', async () => {
    const body = JSON.stringify(claudeBody({ model: 'claude-m', stream: false }));
    const answer = await house.post('/v1/messages?beta=true', body, claude());
    expect(await answer.json()).toMatchObject({
      type: 'message',
      model: 'claude-m',
      stop_reason: 'end_turn',
    });
    expect(house.lastAsked.body).toBe(body);
  });

  it('betas are forwarded byte for byte, and so are the version and ?beta=true', async () => {
    await say(claudeBody({ model: 'claude-m' }));
    const { headers, path } = house.lastAsked;
    expect(headers['anthropic-beta']).toBe(BETAS);
    expect(headers['anthropic-version']).toBe('2023-06-01');
    expect(path).toBe('/v1/messages?beta=true');
  });

  it('without ?beta=true there is none', async () => {
    await say(claudeBody({ model: 'claude-m' }), '/v1/messages');
    expect(house.lastAsked.path).toBe('/v1/messages');
  });

  it.each([
    ['as Bearer', 'authorization', (key: string) => `Bearer ${key}`],
    ['as x-api-key', 'x-api-key', (key: string) => key],
  ])('a key given %s is replaced, and never goes on', async (_how, name, value) => {
    const { authorization: _, ...rest } = claude();
    const body = claudeBody({ model: 'claude-m', stream: false });
    const answer = await house.post('/v1/messages', body, { ...rest, [name]: value(house.gateway.key) });
    expect(answer.status).toBe(200);
    const { headers, path } = house.lastAsked;
    expect(headers['x-api-key']).toBe('sk-upstream');
    expect(headers['authorization']).toBeUndefined();
    expect(JSON.stringify([headers, path])).not.toContain(house.gateway.key);
  });

  it('both versions of the protocol go on as they came, and one is added where there is none', async () => {
    for (const [sent, arrived] of [
      ['2026-10-21', '2026-10-21'],
      [undefined, '2023-06-01'],
    ] as const) {
      const headers = sent === undefined ? {} : { 'anthropic-version': sent };
      const body = { model: 'claude-m', max_tokens: 5, messages: [{ role: 'user', content: 'x' }] };
      const answer = await house.post('/v1/messages', body, headers);
      expect(answer.status).toBe(200);
      expect(house.lastAsked.headers['anthropic-version']).toBe(arrived);
      // Row 004-19: who named a version is told it again.
      expect(answer.headers.get('anthropic-version')).toBe(sent ?? null);
    }
  });

  it('thinking goes out with its signature and comes back with it, byte for byte', async () => {
    const model = 'claude-m!thoughts=3!signed!tools=1';
    const first = await say(claudeBody({ model }));
    expect(first.blocks.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
    expect(first.blocks[0]).toMatchObject({ thinking: 'one two three', signature: 'RmFrZVNpZ25hdHVyZQ==' });
    const result = { type: 'tool_result', tool_use_id: first.blocks[1]?.['id'], content: 'fine' };
    const body = JSON.stringify(claudeBody({ model, since: claudeResults(first.blocks, [result]) }));
    const second = await house.stream('/v1/messages?beta=true', body, claude());
    expect(textOf(claudeAnswer(await second.waitForEnd()).blocks)).toBe('The tool said: fine');
    expect(house.lastAsked.body).toBe(body);
  });

  it('thoughts nobody may read come back, too', async () => {
    const model = 'claude-m!signed=redacted!tools=1';
    const { blocks } = await say(claudeBody({ model }));
    expect(blocks[0]).toEqual({ type: 'redacted_thinking', data: 'RmFrZVNpZ25hdHVyZQ==' });
  });

  it("a prompt that is too long is refused in Anthropic's own words, which Claude Code looks for", async () => {
    const answer = await house.post('/v1/messages', claudeBody({ model: 'claude-m!too-long' }), claude());
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringMatching(/prompt is too long: \d+/) },
    });
  });
});

describe.each(foreignModels)('before a backend that speaks %s', (dialect, model) => {
  it('it is answered in the rules of its protocol, under the name it asked for', async () => {
    const answer = await say(claudeBody({ model: `${model}` }));
    expect(answer).toMatchObject({ stopReason: 'end_turn', model });
    expect(textOf(answer.blocks)).toContain('say hello');
    expect(answer.inputAtStart).toBeGreaterThan(0);
    expect(answer.output).toBeGreaterThan(0);
  });

  it('the billing line and the marks of a cache stay here, so do its headers', async () => {
    await say(claudeBody({ model }));
    const { body = '', headers, path } = house.lastAsked;
    expect(body).toContain('You are an interactive agent.');
    expect(body).not.toMatch(/x-anthropic-billing-header|cc_version|cache_control|ephemeral|clear_thinking/);
    expect(Object.keys(headers)).not.toContain('anthropic-beta');
    expect(JSON.stringify(headers)).not.toContain(house.gateway.key);
    expect(path).not.toContain('beta=true');
  });

  it('two requests that differ in the billing line alone are the same to it', async () => {
    const body = JSON.stringify(claudeBody({ model }));
    await say(JSON.parse(body) as object);
    await say(JSON.parse(body.replace('cch=a1b2c', 'cch=fffff')) as object);
    const [first, second] = house.asked;
    expect(second?.body).toBe(first?.body);
  });

  it('a message of the system in the middle keeps its place', async () => {
    await say(claudeBody({ model, text: 'say hello' }));
    const { body = '', sent = {} } = house.lastAsked;
    expect(body.indexOf(REMINDER)).toBeGreaterThan(body.indexOf('say hello'));
    expect(JSON.stringify(sent.systemInstruction ?? '')).not.toContain(REMINDER);
    expect(stringIn(sent.instructions)).not.toContain(REMINDER);
    expect(body.split(REMINDER)).toHaveLength(2);
  });

  it('a loop of tools runs: call, result with an error, answer', async () => {
    const first = await say(claudeBody({ model: `${model}!tools=2` }));
    const uses = first.blocks.filter(({ type }) => type === 'tool_use');
    expect(first.stopReason).toBe('tool_use');
    expect(uses).toMatchObject([
      { name: 'Read', input: { file_path: 'Köln' } },
      { name: 'Bash', input: { command: 'Köln' } },
    ]);
    expect(new Set(uses.map(({ id }) => id)).size).toBe(2);
    const results = uses.map(({ id }, at) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: at === 0 ? 'no such file' : [{ type: 'text', text: 'done' }],
      ...(at === 0 ? { is_error: true } : {}),
    }));
    const since = [
      { role: 'assistant', content: first.blocks },
      { role: 'user', content: results },
    ];
    const second = await say(claudeBody({ model: `${model}!tools=2`, since }));
    expect(second.stopReason).toBe('end_turn');
    expect(textOf(second.blocks)).toMatch(/^The tool said: .*no such file.*done/);
    // Gemini has a word for it: {"error": …}.
    if (dialect !== 'gemini-generate') expect(house.lastAsked.body).toContain('Error: no such file');
  });

  it('thinking it hears is shown, and its signature is a string', async () => {
    const { blocks } = await say(claudeBody({ model: `${model}!thoughts=4` }));
    const thinking = blocks.filter(({ type }) => type === 'thinking');
    // Azure's and OpenAI's own chat never tell thoughts, but the fake's does.
    expect(thinking).toMatchObject([{ thinking: 'one two three four', signature: expect.any(String) }]);
    const places = blocks.map(({ type }) => type);
    expect(places).toEqual(['thinking', 'text']);
  });

  it('betas nobody knows are no reason to refuse', async () => {
    const headers = { ...claude(), 'anthropic-beta': 'made-up-2099-01-01' };
    const answer = await house.post('/v1/messages', claudeBody({ model, stream: false }), headers);
    expect(answer.status).toBe(200);
  });

  it('a count of tokens is never 404, and says whether somebody counted', async () => {
    const { stream: _, max_tokens: __, ...body } = claudeBody({ model }) as Record<string, unknown>;
    const answer = await house.post('/v1/messages/count_tokens?beta=true', body, claude());
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ input_tokens: expect.any(Number) });
    const told = answer.headers.get('x-sluice-token-count');
    expect(told).toBe(dialect === 'gemini-generate' ? null : 'estimated');
  });
});

describe.each(foreignModels.filter(([dialect]) => dialect !== 'cohere-chat'))(
  'a picture in the result of a tool before %s',
  (_dialect, model) => {
    it('arrives', async () => {
      const use = { type: 'tool_use', id: 'toolu_1', name: 'Read', input: { file_path: '/a.png' } };
      const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
      const result = {
        type: 'tool_result',
        tool_use_id: 'toolu_1',
        content: [{ type: 'text', text: 'Here it is.' }, image],
      };
      const since = [
        { role: 'assistant', content: [use] },
        { role: 'user', content: [result] },
      ];
      const answer = await say(claudeBody({ model, since }));
      expect(answer.stopReason).toBe('end_turn');
      expect(house.lastAsked.body).toContain(PNG);
      expect(house.lastAsked.body).toContain('Here it is.');
    });
  },
);

describe('tokens are counted exactly', () => {
  const body = (model: string) => ({
    model,
    system: 'one two',
    messages: [{ role: 'user', content: 'three four five' }],
  });

  it.each([
    ['Anthropic', 'claude-m', 'anthropic-count-tokens', 5],
    ['Gemini', 'gemini-m', 'gemini-count-tokens', 5],
    ['a vLLM with /v1/messages', 'vllm-m', 'anthropic-count-tokens', 5],
    ['a llama.cpp with /v1/messages', 'llamacpp-m', 'anthropic-count-tokens', 5],
  ])('by %s', async (_who, model, operation, count) => {
    const answer = await house.post('/v1/messages/count_tokens?beta=true', body(model), claude());
    expect(await answer.json()).toEqual({ input_tokens: count });
    expect(answer.headers.get('x-sluice-token-count')).toBeNull();
    expect(house.lastAsked.operation).toMatch(
      operation === 'gemini-count-tokens' ? /gemini/ : new RegExp(operation),
    );
  });

  it('the body goes to Anthropic byte for byte, with its betas', async () => {
    const text = ` ${JSON.stringify(body('claude-m'))}\n`;
    await house.post('/v1/messages/count_tokens?beta=true', text, claude());
    expect(house.lastAsked).toMatchObject({ body: text, path: '/v1/messages/count_tokens?beta=true' });
    expect(house.lastAsked.headers['anthropic-beta']).toBe(BETAS);
  });

  it('an older vLLM is asked by /tokenize, with the template of its chat', async () => {
    house.upstream.setScenario('only=tokenize,openai-chat');
    const answer = await house.post('/v1/messages/count_tokens', body('old-vllm-m'), claude());
    expect(await answer.json()).toEqual({ input_tokens: 5 });
    expect(answer.headers.get('x-sluice-token-count')).toBeNull();
    expect(house.lastAsked).toMatchObject({ path: '/tokenize', sent: { messages: [{}, {}] } });
  });

  it('an older llama.cpp, too, which counts without a template, and that is told', async () => {
    house.upstream.setScenario('only=tokenize,openai-chat');
    const answer = await house.post('/v1/messages/count_tokens', body('old-llamacpp-m'), claude());
    expect(await answer.json()).toEqual({ input_tokens: 5 });
    expect(answer.headers.get('x-sluice-warnings')).toContain('reason=without_chat_template');
    expect(house.lastAsked).toMatchObject({ path: '/tokenize', sent: { content: expect.any(String) } });
  });

  it('a count that grows with the text', async () => {
    const count = async (content: string) => {
      const asked = { model: 'chat-m', messages: [{ role: 'user', content }] };
      const answer = await house.post('/v1/messages/count_tokens', asked, claude());
      return ((await answer.json()) as { input_tokens: number }).input_tokens;
    };
    const short = await count('a few words');
    expect(short).toBeGreaterThan(0);
    expect(await count('a few words '.repeat(100))).toBeGreaterThan(short * 20);
  });
});

it('its session stays with it: neither its header nor its name reaches a foreign backend', async () => {
  await say(claudeBody({ model: 'chat-m' }));
  expect(Object.values(house.lastAsked.headers).join(' ')).not.toContain(SESSION);
});
