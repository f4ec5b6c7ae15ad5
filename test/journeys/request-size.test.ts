/** An app may have answers and send questions of so many tokens, whatever it speaks and whoever answers. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClientHouse, type Section } from '../clients/client-house.ts';
import { type JsonObject, objectIn } from '../fake-upstream/json.ts';
import { everyBack } from '../support/every-back.ts';

const MAX = 5;

let house: ClientHouse;

const keyOf = (appId: string) => `sk-of-${appId}-0001`;

const app = (app_id: string, quota: object | undefined, more: object = {}) => ({
  app_id,
  api_keys: [keyOf(app_id)],
  quota,
  ...more,
});

/** What the gateway asks in dialects that `everyBack` leaves to others. */
function moreBackends(url: string): Section[] {
  const of = (model: string) => [model, `${model}!*`];
  return [
    {
      type: 'openai-compatible',
      name: 'texts',
      base_url: `${url}/v1`,
      supports: { completions: of('text-m') },
      quirks: { dialects: ['openai-completions'] },
    },
    {
      type: 'ollama',
      name: 'ollama-texts',
      base_url: url,
      supports: { completions: of('gen-m') },
      quirks: { dialects: ['ollama-generate'] },
    },
    {
      type: 'openai-compatible',
      name: 'known',
      base_url: `${url}/v1`,
      supports: { chat: ['known-m'] },
      models: { 'known-m': { max_input_tokens: 40, max_output_tokens: 7 } },
    },
    sized('sized-small', url, 'sized-m', 40, 9),
    sized('sized-large', url, 'sized-m', 400, 0),
    sized('sized-only', url, 'tight-m', 30, 0),
    { type: 'echo', name: 'echo', supports: { chat: ['parrot'] }, quirks: { word_delay_ms: 0 } },
  ];
}

/** A backend that takes so many tokens of a model. */
const sized = (name: string, url: string, model: string, max_input_tokens: number, priority: number) => ({
  type: 'openai-compatible',
  name,
  base_url: `${url}/v1`,
  supports: { chat: [model] },
  models: { [model]: { max_input_tokens } },
  priority,
});

beforeAll(async () => {
  house = await ClientHouse.open({
    backends: moreBackends,
    apps: [
      app('plain', undefined),
      app('small', { max_output_tokens: MAX }),
      app('short', { max_input_tokens: 60 }, { rate_limit: { per_hour: 1000 } }),
      app('daily', { output_tokens_per_day: 1_000 }),
      app('falls', undefined, { fallback_models: ['sized-m'] }),
      app('falls-and-short', { max_input_tokens: 60 }, { fallback_models: ['sized-m'] }),
      app('keen', undefined, { cache: { enabled: true, share: 'all' } }),
      app('keen-and-small', { max_output_tokens: MAX }, { cache: { enabled: true, share: 'all' } }),
    ],
  });
});

afterAll(async () => {
  await house?.close();
});

beforeEach(() => house.upstream.journal.clear());

interface Front {
  readonly name: string;
  path(model: string): string;
  /** `max`: what the client asks for; undefined = it names no number. */
  body(model: string, text: string, max: number | undefined): JsonObject;
  /** Where its error stands. */
  error(body: JsonObject): { readonly message: unknown; readonly [name: string]: unknown };
}

const messages = (text: string) => [{ role: 'user', content: text }];
const openAiError = (body: JsonObject) => objectIn(body.error) as ReturnType<Front['error']>;

const fronts: readonly Front[] = [
  {
    name: 'chat completions',
    path: () => '/v1/chat/completions',
    body: (model, text, max_tokens) => ({ model, messages: messages(text), max_tokens }),
    error: openAiError,
  },
  {
    name: 'completions',
    path: () => '/v1/completions',
    body: (model, prompt, max_tokens) => ({ model, prompt, max_tokens }),
    error: openAiError,
  },
  {
    name: 'responses',
    path: () => '/v1/responses',
    body: (model, input, max_output_tokens) => ({ model, input, max_output_tokens }),
    error: openAiError,
  },
  {
    name: 'messages',
    path: () => '/v1/messages',
    body: (model, text, max_tokens) => ({ model, messages: messages(text), max_tokens }),
    error: openAiError,
  },
  {
    name: 'generateContent',
    path: (model) => `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    body: (_model, text, maxOutputTokens) => ({
      contents: [{ role: 'user', parts: [{ text }] }],
      generationConfig: { maxOutputTokens },
    }),
    error: openAiError,
  },
  {
    name: 'Ollama chat',
    path: () => '/api/chat',
    body: (model, text, num_predict) => ({
      model,
      stream: false,
      messages: messages(text),
      options: { num_predict },
    }),
    error: (body) => ({ message: body.error }),
  },
  {
    name: 'Ollama generate',
    path: () => '/api/generate',
    body: (model, prompt, num_predict) => ({ model, stream: false, prompt, options: { num_predict } }),
    error: (body) => ({ message: body.error }),
  },
];

async function ask(appId: string, front: Front, model: string, max: number | undefined, text = 'Hi') {
  const answer = await house.post(front.path(model), front.body(model, text, max), {
    authorization: `Bearer ${keyOf(appId)}`,
  });
  const body = (await answer.json()) as JsonObject;
  return {
    status: answer.status,
    body,
    warnings: answer.headers.get('x-sluice-warnings'),
    headers: answer.headers,
  };
}

const limitNames = /^(?:max_tokens|max_completion_tokens|max_output_tokens|num_predict|maxOutputTokens)$/;

/** Every limit on written tokens in a body, by the path it stands at. */
function limitsIn(value: unknown, path = ''): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, member]) =>
      limitNames.test(name) ? { [path + name]: member } : limitsIn(member, `${path}${name}.`),
    ),
  );
}

/** In each backend's own words. */
const wordsOf: Readonly<Record<string, string>> = {
  'chat-m': 'max_tokens',
  'resp-m': 'max_output_tokens',
  'claude-m': 'max_tokens',
  'gemini-m': 'generationConfig.maxOutputTokens',
  'llama-m': 'options.num_predict',
  'command-m': 'max_tokens',
  'azure-m': 'max_completion_tokens',
  'text-m': 'max_tokens',
  'gen-m': 'options.num_predict',
};

/** A client that has named a number in this very dialect has named it in its own words. */
const wordOf = (front: Front, model: string, max: number | undefined) =>
  model === 'azure-m' && front.name === 'chat completions' && max !== undefined
    ? 'max_tokens'
    : String(wordsOf[model]);

const models = [...everyBack({ url: '' }).map(({ model }) => model), 'text-m', 'gen-m'];

/** Texts to be completed go to whoever talks, but a talk is no text. */
const speaks = (front: Front, model: string) =>
  !['text-m', 'gen-m'].includes(model) || ['completions', 'Ollama generate'].includes(front.name);

const pairs = fronts.flatMap((front) =>
  models.filter((model) => speaks(front, model)).map((model) => [front, model] as const),
);

describe('the longest answer', () => {
  it.each(pairs.map(([front, model]) => [front.name, model, front] as const))(
    'of %s is no longer than the app may have, asked of %s',
    async (_name, model, front) => {
      for (const max of [undefined, 3, 4_000]) {
        const { status, body, warnings } = await ask('small', front, `${model}!words=40`, max);
        expect(status, JSON.stringify(body)).toBe(200);
        const limits = limitsIn(house.lastAsked.sent);
        const { [wordOf(front, model, max)]: told, ...others } = limits;
        expect(told, JSON.stringify(house.lastAsked.sent)).toBe(Math.min(max ?? MAX, MAX));
        for (const other of Object.values(others)) expect(other).toBeLessThanOrEqual(MAX);
        // Only who asked for more is told.
        const isTold = /changed;param=[\w.]+;reason=lowered_to_limit/.test(warnings ?? '');
        expect(isTold, String(warnings)).toBe(max === 4_000);
      }
    },
  );

  it('is what the ledger then counts', () => {
    const rows = house.gateway.ledgerRows().filter((row) => row['app_id'] === 'small');
    expect(rows.length).toBeGreaterThan(models.length);
    for (const row of rows) expect(Number(row['completion_tokens'])).toBeLessThanOrEqual(MAX);
  });

  it('of another app is as long as it likes', async () => {
    const front = fronts[0] as Front;
    await ask('plain', front, 'chat-m!words=40', 4_000);
    expect(limitsIn(house.lastAsked.sent)).toEqual({ max_tokens: 4_000 });
    await ask('plain', front, 'chat-m!words=40', undefined);
    expect(limitsIn(house.lastAsked.sent)).toEqual({});
  });

  it('is kept by the house itself, which says that there would be more', async () => {
    const { body } = await ask(
      'small',
      fronts[0] as Front,
      'parrot',
      undefined,
      'One two three four five six',
    );
    expect(body).toMatchObject({
      choices: [{ finish_reason: 'length', message: { content: 'Echo: One two three ' } }],
      usage: { completion_tokens: MAX },
    });
  });

  it('is not given out of a cache to who may only have a shorter one', async () => {
    const front = fronts[0] as Front;
    const question = async (appId: string) => {
      const body = { ...front.body('chat-m!words=40', 'Hi', undefined), temperature: 0 };
      const answer = await house.post('/v1/chat/completions', body, {
        authorization: `Bearer ${keyOf(appId)}`,
      });
      await answer.arrayBuffer();
      return answer.headers.get('x-sluice-cache');
    };
    expect([await question('keen'), await question('keen-and-small'), await question('keen')]).toEqual([
      'miss',
      'miss',
      'hit',
    ]);
  });

  it('is no longer than the model is known to write, and no number is made up of that', async () => {
    const front = fronts[0] as Front;
    await ask('plain', front, 'known-m', 4_000);
    expect(limitsIn(house.lastAsked.sent)).toEqual({ max_tokens: 7 });
    await ask('plain', front, 'known-m', undefined);
    expect(limitsIn(house.lastAsked.sent)).toEqual({});
    await ask('small', front, 'known-m', 4_000);
    expect(limitsIn(house.lastAsked.sent)).toEqual({ max_tokens: MAX });
  });

  it('is what was set aside for it, also by a second name that says more', async () => {
    const bodies = [
      { max_completion_tokens: 10, max_tokens: 9_000 },
      { max_tokens: 10, n_predict: -1 },
      { max_tokens: 10, Max_Tokens: 9_000 },
    ];
    for (const limits of bodies) {
      const body = { model: 'chat-m!words=40', messages: messages('Hi'), ...limits };
      const answer = await house.post('/v1/chat/completions', body, {
        authorization: `Bearer ${keyOf('daily')}`,
      });
      expect(answer.status, await answer.text()).toBe(200);
      const { sent } = house.lastAsked;
      expect(Object.keys(limits).map((name) => sent?.[name])).toEqual([10, 10]);
    }
  });

  it('does not get into a count of tokens', async () => {
    const body = { model: 'claude-m', messages: messages('Hi') };
    const answer = await house.post('/v1/messages/count_tokens', body, { 'x-api-key': keyOf('small') });
    expect(answer.status).toBe(200);
    expect(limitsIn(house.lastAsked.sent)).toEqual({});
  });
});

describe('a question that is too long', () => {
  const long = 'The river is wide and slow here. '.repeat(40);
  const params: Readonly<Record<string, string>> = {
    'chat completions': 'messages',
    completions: 'prompt',
    responses: 'input',
  };

  it.each(fronts.map((front) => [front.name, front] as const))(
    'is refused by %s in words its clients act on, and nobody is asked',
    async (name, front) => {
      const { status, body, headers } = await ask('short', front, 'chat-m', 9, long);
      expect(status).toBe(400);
      expect(headers.get('x-should-retry')).toBe('false');
      expect(house.asked).toEqual([]);
      const error = front.error(body);
      expect(error.message).toMatch(/maximum context length is 60 tokens .*comes to about \d{3} tokens/);
      const own: Readonly<Record<string, RegExp>> = {
        messages: /^prompt is too long: \d{3} tokens > 60 maximum\. /,
        generateContent:
          /^The input token count \(\d{3}\) exceeds the maximum number of tokens allowed \(60\)\. /,
        'Ollama chat': /^the input length exceeds the context length\. /,
        'Ollama generate': /^the input length exceeds the context length\. /,
      };
      if (own[name] !== undefined) expect(error.message).toMatch(own[name]);
      if (params[name] !== undefined)
        expect(error).toMatchObject({
          code: 'context_length_exceeded',
          type: 'invalid_request_error',
          param: params[name],
        });
    },
  );

  it('has burnt nothing, and shorter ones pass', async () => {
    const { status, headers } = await ask('short', fronts[0] as Front, 'chat-m', 9);
    expect(status).toBe(200);
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('999');
    const rows = house.gateway.ledgerRows().filter((row) => row['app_id'] === 'short');
    expect(rows.filter((row) => row['status'] === 400)).toHaveLength(fronts.length);
    for (const row of rows.slice(0, -1)) expect(row['prompt_tokens'] ?? 0).toBe(0);
  });

  it.each([
    ['/v1/embeddings', { model: 'chat-m', input: [long] }],
    ['/api/embed', { model: 'chat-m', input: long }],
    ['/v1beta/models/chat-m:embedContent', { content: { parts: [{ text: long }] } }],
  ])('is refused at %s, too', async (path, body) => {
    const answer = await house.post(path, body, { authorization: `Bearer ${keyOf('short')}` });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('maximum context length is 60 tokens');
    expect(house.asked).toEqual([]);
  });

  it('for one model is refused at that model alone', async () => {
    const { status, body } = await ask('plain', fronts[0] as Front, 'known-m', 9, long);
    expect(status).toBe(400);
    expect(objectIn(body.error).message).toContain('40 tokens for this model (its max_input_tokens)');
    expect(house.asked).toEqual([]);
    expect((await ask('plain', fronts[0] as Front, 'chat-m', 9, long)).status).toBe(200);
  });
});

describe('a question that is too long for one backend', () => {
  const front = fronts[0] as Front;
  const words = (times: number) => 'The river is wide and slow here. '.repeat(times);
  const backendOf = ({ headers }: Awaited<ReturnType<typeof ask>>) => headers.get('x-sluice-backend');
  const lastRoute = () => JSON.parse(String(house.gateway.ledgerRows().at(-1)?.['route']));

  it('goes to a larger one, though it comes later, and the ledger says why', async () => {
    expect(backendOf(await ask('plain', front, 'sized-m', 9))).toBe('sized-small');
    const long = await ask('plain', front, 'sized-m', 9, words(20));
    expect([long.status, backendOf(long)]).toEqual([200, 'sized-large']);
    expect(house.asked).toHaveLength(2);
    expect(lastRoute()).toEqual([
      { backend: 'sized-large', model: 'sized-m' },
      {
        backend: 'sized-small',
        model: 'sized-m',
        why: expect.stringMatching(/^it takes questions of up to 40 tokens, and this one has about \d{3}$/),
        isPassedOver: true,
      },
    ]);
  });

  it('goes to a larger one of a model the app may fall back to', async () => {
    const told = await ask('falls', front, 'tight-m', 9, words(20));
    expect([told.status, backendOf(told)]).toEqual([200, 'sized-large']);
    expect(told.warnings).toContain('fell_back_to_another');
    expect(lastRoute()).toMatchObject([{ backend: 'sized-only', isPassedOver: true }]);
    expect(backendOf(await ask('falls', front, 'tight-m', 9))).toBe('sized-only');
  });

  it('is refused when nobody is large enough, with what the largest takes, and nobody is asked', async () => {
    for (const [appId, model] of [
      ['plain', 'sized-m'],
      ['falls', 'tight-m'],
    ] as const) {
      const { status, body, headers } = await ask(appId, front, model, 9, words(90));
      expect([status, headers.get('x-should-retry')]).toEqual([400, 'false']);
      expect(objectIn(body.error)).toMatchObject({
        code: 'context_length_exceeded',
        message: expect.stringContaining('maximum context length is 400 tokens for this model'),
      });
    }
    expect(house.asked).toEqual([]);
  });

  it('is refused all the same to an app that may send no such question', async () => {
    const { status, body } = await ask('falls-and-short', front, 'tight-m', 9, words(20));
    expect(status).toBe(400);
    expect(objectIn(body.error).message).toContain('60 tokens for this app (quota.max_input_tokens)');
    expect(house.asked).toEqual([]);
  });
});
