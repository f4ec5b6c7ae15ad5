/** A provider's proof of thought travels through every front and comes back to it alone (protocols 4.5, 10.6, T15, T16). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type JsonObject, listIn, objectIn, stringIn } from '../fake-upstream/json.ts';
import { claudeAnswer } from './claude-answer.ts';
import { backOf, ClientHouse } from './client-house.ts';
import { responsesAnswer } from './responses-answer.ts';

/** What the fake signs with. */
const OF_GEMINI = 'RmFrZQ==';
const OF_ANTHROPIC = 'RmFrZVNpZ25hdHVyZQ==';
const OF_OPENAI = 'gAAAAABmYWtl';
const SENTINEL = 'skip_thought_signature_validator';

/** Checks signatures, unlike those before it. */
const GEMINI = 'gemini-3-pro!tools=1!thoughts=2!signed';
const CLAUDE = 'claude-m!tools=1!thoughts=2!signed';
const RESPONSES = 'resp-m!tools=1!thoughts=2!signed';

let house: ClientHouse;

beforeAll(async () => {
  house = await ClientHouse.open({
    apps: [
      { app_id: 'one', api_keys: ['sk-one'] },
      // What was kept for one app is not there for another: a restart, as far as this one is concerned.
      { app_id: 'forgetful', api_keys: ['sk-two'] },
    ],
    backends: (url) => [backOf('gemini', 'gemini-3-pro', `${url}/v1beta`, { api_key: 'sk-up' })],
  });
});

afterAll(() => house?.close());

beforeEach(() => house.upstream.journal.clear());

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const schema = { type: 'object', properties: { city: { type: 'string' } } };

interface Turn {
  readonly path: string;
  readonly body: object;
}

/** A front, with a talk of two turns: the question, and the answer's history with the result of its tool. */
interface TalkingFront {
  readonly first: (model: string) => Turn;
  /** As a client writes it that gives back all it got. */
  readonly next: (model: string, answer: JsonObject) => Turn;
  /** Streamed, put together. */
  readonly nextOfStream: (model: string, question: Turn) => Promise<Turn>;
}

const chatTools = [{ type: 'function', function: { name: 'look', parameters: schema } }];
const chatUser = { role: 'user', content: 'where?' };
const chat: TalkingFront = {
  first: (model) => ({
    path: '/v1/chat/completions',
    body: { model, messages: [chatUser], tools: chatTools },
  }),
  next: (model, answer) => chatNext(model, objectIn(objectIn(listIn(answer.choices)[0]).message)),
  nextOfStream: async (model, { path, body }) => {
    const stream = await house.stream(path, { ...body, stream: true }, as('sk-one'));
    const chunks = (await stream.waitForEnd()).slice(0, -1).map(({ data }) => objectIn(JSON.parse(data)));
    const deltas = chunks.map(({ choices }) => objectIn(objectIn(listIn(choices)[0]).delta));
    const pieces = deltas.flatMap(({ tool_calls }) => listIn(tool_calls).map(objectIn));
    const args = pieces.map((piece) => stringIn(objectIn(piece.function).arguments)).join('');
    const { index: _, ...head } = pieces[0] ?? {};
    const call = { ...head, function: { ...objectIn(head.function), arguments: args } };
    return chatNext(model, { role: 'assistant', content: null, tool_calls: [call] });
  },
};

function chatNext(model: string, message: JsonObject): Turn {
  const id = objectIn(listIn(message.tool_calls)[0]).id;
  const messages = [chatUser, message, { role: 'tool', tool_call_id: id, content: 'here' }];
  return { path: '/v1/chat/completions', body: { model, messages, tools: chatTools } };
}

const claudeUser = { role: 'user', content: 'where?' };
const claude: TalkingFront = {
  first: (model) => claudeTurn(model, [claudeUser]),
  next: (model, answer) => claudeNext(model, listIn(answer.content).map(objectIn)),
  nextOfStream: async (model, { path, body }) => {
    const stream = await house.stream(path, { ...body, stream: true }, as('sk-one'));
    return claudeNext(model, claudeAnswer(await stream.waitForEnd()).blocks.map(objectIn));
  },
};

function claudeTurn(model: string, messages: readonly object[]): Turn {
  const tools = [{ name: 'look', input_schema: schema }];
  return { path: '/v1/messages', body: { model, max_tokens: 500, messages, tools } };
}

function claudeNext(model: string, content: readonly JsonObject[]): Turn {
  const id = content.find(({ type }) => type === 'tool_use')?.id;
  const results = [{ type: 'tool_result', tool_use_id: id, content: 'here' }];
  return claudeTurn(model, [claudeUser, { role: 'assistant', content }, { role: 'user', content: results }]);
}

const responsesUser = { role: 'user', content: 'where?' };
const responses: TalkingFront = {
  first: (model) => responsesTurn(model, [responsesUser]),
  next: (model, answer) => responsesNext(model, listIn(answer.output).map(objectIn)),
  nextOfStream: async (model, { path, body }) => {
    const stream = await house.stream(path, { ...body, stream: true }, as('sk-one'));
    return responsesNext(model, responsesAnswer(await stream.waitForEnd()).items);
  },
};

function responsesTurn(model: string, input: readonly object[]): Turn {
  const tools = [{ type: 'function', name: 'look', parameters: schema, strict: false }];
  const include = ['reasoning.encrypted_content'];
  return {
    path: '/v1/responses',
    body: { model, input, tools, include, store: false, reasoning: { summary: 'auto' } },
  };
}

function responsesNext(model: string, items: readonly JsonObject[]): Turn {
  const { call_id } = items.find(({ type }) => type === 'function_call') ?? {};
  return responsesTurn(model, [
    responsesUser,
    ...items,
    { type: 'function_call_output', call_id, output: 'here' },
  ]);
}

const gemini: TalkingFront = {
  first: (model) => geminiTurn(model, []),
  next: (model, answer) => geminiNext(model, partsOf(answer)),
  nextOfStream: async (model, { path, body }) => {
    const streaming = path.replace(':generateContent', ':streamGenerateContent?alt=sse');
    const stream = await house.stream(streaming, body, as('sk-one'));
    const frames = await stream.waitForEnd();
    return geminiNext(
      model,
      frames.flatMap(({ data }) => partsOf(objectIn(JSON.parse(data)))),
    );
  },
};

function partsOf(answer: JsonObject): JsonObject[] {
  return listIn(objectIn(objectIn(listIn(answer.candidates)[0]).content).parts).map(objectIn);
}

function geminiTurn(model: string, since: readonly object[]): Turn {
  const contents = [{ role: 'user', parts: [{ text: 'where?' }] }, ...since];
  const tools = [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: schema }] }];
  return { path: `/v1beta/models/${model}:generateContent`, body: { contents, tools } };
}

function geminiNext(model: string, parts: readonly JsonObject[]): Turn {
  const response = { functionResponse: { name: 'look', response: { output: 'here' } } };
  return geminiTurn(model, [
    { role: 'model', parts },
    { role: 'user', parts: [response] },
  ]);
}

const fronts = { chat, claude, responses, gemini };
const frontNames = Object.keys(fronts) as (keyof typeof fronts)[];

async function ask({ path, body }: Turn, key = 'sk-one'): Promise<JsonObject> {
  const answer = await house.post(path, body, as(key));
  const said = objectIn(await answer.json());
  if (answer.status !== 200) throw new Error(`status ${answer.status}: ${JSON.stringify(said)}`);
  return said;
}

/** The next turn to the same model, streamed or whole before. */
async function talk(front: TalkingFront, from: string, to: string, key: string, how: 'whole' | 'streamed') {
  const question = front.first(from);
  const next = how === 'whole' ? front.next(to, await ask(question)) : await front.nextOfStream(to, question);
  await ask(next, key);
  return house.lastAsked;
}

/** The signature on the function call of what a Gemini was sent. */
function signatureAtGemini(sent: JsonObject = {}): unknown {
  const parts = listIn(sent.contents).flatMap((turn) => listIn(objectIn(turn).parts).map(objectIn));
  return parts.find(({ functionCall }) => functionCall !== undefined)?.thoughtSignature;
}

/** The signed thinking of what an Anthropic was sent, if any. */
function thinkingAtAnthropic(sent: JsonObject = {}): unknown {
  const blocks = listIn(sent.messages).flatMap((message) => listIn(objectIn(message).content).map(objectIn));
  return blocks.find(({ type }) => type === 'thinking')?.signature;
}

const ways = frontNames.flatMap((name) => [[name, 'whole'] as const, [name, 'streamed'] as const]);

describe('a signature of Gemini comes back to it', () => {
  it.each(ways)('over the front %s, %s', async (name, how) => {
    expect(signatureAtGemini((await talk(fronts[name], GEMINI, GEMINI, 'sk-one', how)).sent)).toBe(OF_GEMINI);
  });

  it.each(ways)('over the front %s, %s, even where nothing was remembered', async (name, how) => {
    expect(signatureAtGemini((await talk(fronts[name], GEMINI, GEMINI, 'sk-two', how)).sent)).toBe(OF_GEMINI);
  });

  it('by the memory of this house where the client kept its id alone', async () => {
    const { message } = objectIn(listIn((await ask(chat.first(GEMINI))).choices)[0]) as {
      message: JsonObject;
    };
    const { id, type, function: called } = objectIn(listIn(message.tool_calls)[0]);
    const bare = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: id ?? '', type: type ?? '', function: called ?? {} }],
    };
    await ask(chatNext(GEMINI, bare));
    expect(signatureAtGemini(house.lastAsked.sent)).toBe(OF_GEMINI);
    await ask(chatNext(GEMINI, bare), 'sk-two');
    expect(signatureAtGemini(house.lastAsked.sent)).toBe(SENTINEL);
  });
});

describe('a signature of Anthropic comes back to it', () => {
  // Chat has no place for it: there it is remembered.
  it.each(ways)('over the front %s, %s', async (name, how) => {
    const { sent } = await talk(fronts[name], CLAUDE, CLAUDE, 'sk-one', how);
    expect(thinkingAtAnthropic(sent)).toBe(OF_ANTHROPIC);
  });

  it.each([
    ['claude', 'whole'],
    ['claude', 'streamed'],
    ['responses', 'whole'],
    ['responses', 'streamed'],
  ] as const)('over the front %s, %s, even where nothing was remembered', async (name, how) => {
    const { sent } = await talk(fronts[name], CLAUDE, CLAUDE, 'sk-two', how);
    expect(thinkingAtAnthropic(sent)).toBe(OF_ANTHROPIC);
  });
});

describe('encrypted thoughts of OpenAI come back to it', () => {
  it.each([
    ['responses', 'sk-two'],
    ['claude', 'sk-two'],
    ['chat', 'sk-one'],
  ] as const)('over the front %s, asked as %s', async (name, key) => {
    const { sent = {} } = await talk(fronts[name], RESPONSES, RESPONSES, key, 'streamed');
    const reasoning = listIn(sent.input)
      .map(objectIn)
      .find(({ type }) => type === 'reasoning');
    expect(reasoning?.encrypted_content).toBe(OF_OPENAI);
  });
});

describe('a signature of somebody else', () => {
  const others = frontNames.flatMap((name) => ['sk-one', 'sk-two'].map((key) => [name, key] as const));

  it.each(others)("never reaches Anthropic: Gemini's over the front %s, as %s", async (name, key) => {
    const { body = '' } = await talk(fronts[name], GEMINI, CLAUDE, key, 'streamed');
    expect(body).toContain('here');
    expect(body).not.toContain(OF_GEMINI);
    expect(body).not.toContain('gw1:');
    expect(body).not.toMatch(/"type":"thinking"/);
  });

  it.each(others)("never reaches Gemini: Anthropic's over the front %s, as %s", async (name, key) => {
    const { body = '', sent } = await talk(fronts[name], CLAUDE, GEMINI, key, 'streamed');
    expect(body).not.toContain(OF_ANTHROPIC);
    expect(body).not.toContain('gw1:');
    expect(signatureAtGemini(sent)).toBe(SENTINEL);
  });

  it.each(others)("never reaches OpenAI: Anthropic's over the front %s, as %s", async (name, key) => {
    const { body = '' } = await talk(fronts[name], CLAUDE, RESPONSES, key, 'streamed');
    expect(body).toContain('here');
    expect(body).not.toContain(OF_ANTHROPIC);
    expect(body).not.toContain('gw1:');
  });

  it.each(others)(
    "never reaches Gemini or Anthropic: OpenAI's over the front %s, as %s",
    async (name, key) => {
      const toGemini = await talk(fronts[name], RESPONSES, GEMINI, key, 'streamed');
      expect(signatureAtGemini(toGemini.sent)).toBe(SENTINEL);
      expect(toGemini.body).not.toContain(OF_OPENAI);
      const toClaude = await talk(fronts[name], RESPONSES, CLAUDE, key, 'streamed');
      expect(toClaude.body).not.toContain(OF_OPENAI);
      expect(toClaude.body).not.toContain('gw1:');
    },
  );
});
