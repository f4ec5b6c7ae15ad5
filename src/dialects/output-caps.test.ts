import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { applyEdits, outlineJson } from '../model/json-outline.ts';
import { Warnings } from '../model/warnings.ts';
import { allDialects, dialectByName } from './all-dialects.ts';
import type { EditWishes } from './dialect.ts';
import { ordinaryQuirks } from './wire-quirks.ts';

/** One limit, and what each dialect makes of it in the bytes of its own clients. */
const MAX = 50;

/** Google's clients name the model there, and nobody else. */
const addressOf = (name: string) => ({
  route: '/v1beta/models/{model}:generateContent',
  model: name.startsWith('gemini') ? 'm' : undefined,
  query: '',
});

function edited(name: string, text: string, wishes: Partial<EditWishes> = {}): [text: string, told: string] {
  const dialect = dialectByName(name);
  if (dialect === undefined) throw new RangeError(`no dialect ${name}`);
  const bytes = Buffer.from(text);
  const body = JSON.parse(text) as JsonObject;
  const warnings = new Warnings();
  const asked = dialect.readAsked(body, addressOf(name));
  const outline = outlineJson(bytes, { depthMax: 99, valuesMax: 99_999 });
  const edits = dialect.planEdits(outline, body, asked, {
    forceStreamUsage: false,
    warnings,
    outputTokensMax: MAX,
    ...wishes,
  });
  const told = warnings.list.map(({ action, param, reason }) => `${action} ${param} ${reason}`);
  return [applyEdits(bytes, edits).toString(), told.join(', ')];
}

const lowered = (param: string) => `changed ${param} lowered_to_limit`;

describe('what a client of the same dialect asks for', () => {
  it.each<[dialect: string, sent: string, received: string, told: string]>([
    // Nothing was said.
    ['openai-chat', '{"messages":[{"role":"user"}]}', '{"max_tokens":50,"messages":[{"role":"user"}]}', ''],
    ['openai-completions', '{"prompt":"a"}', '{"max_tokens":50,"prompt":"a"}', ''],
    ['openai-responses', '{"input":"a"}', '{"max_output_tokens":50,"input":"a"}', ''],
    ['anthropic-messages', '{"messages":[{}]}', '{"max_tokens":50,"messages":[{}]}', ''],
    [
      'gemini-generate',
      '{"contents":[{}]}',
      '{"generationConfig":{"maxOutputTokens":50},"contents":[{}]}',
      '',
    ],
    [
      'gemini-generate',
      '{"contents":[{}],"generation_config":{ "seed":1.0 }}',
      '{"contents":[{}],"generation_config":{"maxOutputTokens":50, "seed":1.0 }}',
      '',
    ],
    [
      'gemini-generate',
      '{"contents":[{}],"generationConfig":{}}',
      '{"contents":[{}],"generationConfig":{"maxOutputTokens":50}}',
      '',
    ],
    [
      'gemini-generate',
      '{"contents":[{}],"generation_config":null}',
      '{"contents":[{}],"generation_config":{"maxOutputTokens":50}}',
      '',
    ],
    [
      'gemini-generate',
      '{"contents":[{}],"generationConfig":{"maxOutputTokens":0}}',
      '{"contents":[{}],"generationConfig":{"maxOutputTokens":50}}',
      '',
    ],
    ['ollama-chat', '{"messages":[]}', '{"options":{"num_predict":50},"messages":[]}', ''],
    ['ollama-generate', '{"prompt":"a","options":null}', '{"prompt":"a","options":{"num_predict":50}}', ''],
    [
      'openai-chat',
      '{"max_tokens":null,"messages":[{"role":"user"}]}',
      '{"max_tokens":50,"messages":[{"role":"user"}]}',
      '',
    ],
    // Less was said, or just as much.
    ...[
      ['openai-chat', '{"max_tokens" : 50,"messages":[{"role":"user"}]}'],
      ['openai-chat', '{"max_completion_tokens":1,"messages":[{"role":"user"}]}'],
      ['openai-completions', '{"max_tokens":49,"prompt":"a"}'],
      ['openai-completions', '{"max_tokens":0,"echo":true,"prompt":"a"}'],
      ['openai-responses', '{"max_output_tokens":50,"input":"a"}'],
      ['anthropic-messages', '{"max_tokens":0,"messages":[{}]}'],
      ['gemini-generate', '{"contents":[{}],"generationConfig":{"maxOutputTokens":5}}'],
      ['gemini-generate', '{"contents":[{}],"generation_config":{"max_output_tokens":50}}'],
      ['ollama-chat', '{"messages":[],"options":{"num_predict":50}}'],
      ['ollama-generate', '{"prompt":"a","options":{"num_predict":1}}'],
    ].map(([name = '', same = '']): [string, string, string, string] => [name, same, same, '']),
    // More was said.
    [
      'openai-chat',
      '{"max_tokens":51,"messages":[{"role":"user"}],"odd":1e400}',
      '{"max_tokens":50,"messages":[{"role":"user"}],"odd":1e400}',
      lowered('max_tokens'),
    ],
    [
      'openai-chat',
      '{"max_completion_tokens":9000,"messages":[{"role":"user"}]}',
      '{"max_completion_tokens":50,"messages":[{"role":"user"}]}',
      lowered('max_completion_tokens'),
    ],
    [
      'openai-chat',
      '{"max_completion_tokens":9,"max_tokens":-1,"n_predict":99,"messages":[{"role":"user"}]}',
      '{"max_completion_tokens":9,"max_tokens":50,"n_predict":50,"messages":[{"role":"user"}]}',
      `${lowered('max_tokens')}, ${lowered('n_predict')}`,
    ],
    [
      'openai-chat',
      '{"max_tokens":9,"Max_to\\u212aens":99,"messages":[{"role":"user"}]}',
      '{"max_tokens":9,"Max_to\\u212aens":50,"messages":[{"role":"user"}]}',
      lowered('Max_to\u212aens'),
    ],
    [
      'openai-chat',
      '{"max_tokens":9,"MAX_TOKENS":null,"messages":[{"role":"user"}]}',
      '{"max_tokens":9,"MAX_TOKENS":50,"messages":[{"role":"user"}]}',
      lowered('MAX_TOKENS'),
    ],
    [
      'openai-completions',
      '{"prompt":"a","max_tokens":0}',
      '{"prompt":"a","max_tokens":50}',
      lowered('max_tokens'),
    ],
    [
      'openai-completions',
      '{"prompt":"a","max_tokens":-1}',
      '{"prompt":"a","max_tokens":50}',
      lowered('max_tokens'),
    ],
    [
      'openai-responses',
      '{"input":"a","max_output_tokens":99}',
      '{"input":"a","max_output_tokens":50}',
      lowered('max_output_tokens'),
    ],
    [
      'anthropic-messages',
      '{"messages":[{}],"max_tokens":64000}',
      '{"messages":[{}],"max_tokens":50}',
      lowered('max_tokens'),
    ],
    [
      'gemini-generate',
      '{"generationConfig":{"topK":3,"maxOutputTokens":99},"contents":[{}]}',
      '{"generationConfig":{"topK":3,"maxOutputTokens":50},"contents":[{}]}',
      lowered('generationConfig.maxOutputTokens'),
    ],
    [
      'gemini-generate',
      '{"generationConfig":{"maxOutputTokens":9,"max_output_tokens":99},"generation_config":{},"contents":[{}]}',
      '{"generationConfig":{"maxOutputTokens":9,"max_output_tokens":50},"generation_config":{"maxOutputTokens":50},"contents":[{}]}',
      lowered('generationConfig.max_output_tokens'),
    ],
    [
      'ollama-chat',
      '{"messages":[],"options":{"num_predict":-2,"top_k":1}}',
      '{"messages":[],"options":{"num_predict":50,"top_k":1}}',
      lowered('options.num_predict'),
    ],
    [
      'ollama-generate',
      '{"prompt":"a","options":{"num_predict":5},"Option\\u017f":{"num_predict":500}}',
      '{"prompt":"a","options":{"num_predict":5},"Option\\u017f":{"num_predict":50}}',
      lowered('Option\u017f.num_predict'),
    ],
  ])('%s: %s', (name, sent, received, told) => {
    expect(edited(name, sent)).toEqual([received, told]);
  });

  it('is left alone where nothing is limited', () => {
    const same = '{"max_tokens":99,"messages":[{"role":"user"}],"options":{"num_predict":99}}';
    for (const name of ['openai-chat', 'anthropic-messages', 'ollama-chat'])
      expect(edited(name, same, { outputTokensMax: undefined })).toEqual([same, '']);
  });

  it('is limited by the name the backend has for it, where the client has named none', () => {
    const [text] = edited('openai-chat', '{"messages":[{"role":"user"}]}', {
      tokensField: 'max_completion_tokens',
    });
    expect(text).toBe('{"max_completion_tokens":50,"messages":[{"role":"user"}]}');
  });

  it('is limited in a Responses body at the address of chat, too', () => {
    const [text, told] = edited('openai-chat', '{"input":"Hi","max_output_tokens":99}');
    expect(JSON.parse(text)).toMatchObject({ max_completion_tokens: 50 });
    expect(told).toBe(lowered('max_output_tokens'));
    expect(JSON.parse(edited('openai-chat', '{"input":"Hi"}')[0])).toMatchObject({
      max_completion_tokens: 50,
    });
  });

  it('is limited beside what the operator has pinned, in one edit', () => {
    const [text, told] = edited('ollama-chat', '{"messages":[],"options":{"num_ctx":1,"num_predict":99}}', {
      pins: { options: { num_ctx: 8 }, policy: 'pin' },
    });
    expect(JSON.parse(text)).toEqual({ messages: [], options: { num_ctx: 8, num_predict: 50 } });
    expect(told).toBe(`changed options.num_ctx pinned_by_operator, ${lowered('options.num_predict')}`);
  });
});

describe('a budget for thoughts, which are counted in what is written,', () => {
  const ask = (budget: number, max: number, outputTokensMax: number) => {
    const thinking = { type: 'enabled', budget_tokens: budget };
    const body = { max_tokens: max, thinking, messages: [{ role: 'user', content: 'Hi' }] };
    const [text, told] = edited('anthropic-messages', JSON.stringify(body), { outputTokensMax });
    return [(JSON.parse(text) as { thinking: JsonValue }).thinking, told.replace(/^.*, /, '')];
  };

  it('stays below the limit', () => {
    expect(ask(4_000, 9_000, 2_000)).toEqual([
      { type: 'enabled', budget_tokens: 1_600 },
      'changed thinking limited_by_max_tokens',
    ]);
  });

  it('is none where there is no room for the least there is', () => {
    expect(ask(4_000, 9_000, 1_200)).toEqual([
      { type: 'disabled' },
      'changed thinking max_tokens_too_small_to_think',
    ]);
  });

  it('stays as it is where there is room, or where nothing was lowered', () => {
    const budget = (tokens: number) => ({ type: 'enabled', budget_tokens: tokens });
    expect(ask(1_024, 9_000, 2_000)).toEqual([budget(1_024), lowered('max_tokens')]);
    // With interleaved thinking a budget may be larger than one answer.
    expect(ask(4_000, 1_500, 2_000)).toEqual([budget(4_000), '']);
  });

  it('is not turned off twice in a history that has lost its thoughts', () => {
    const lost = { type: 'thinking', thinking: 'Hm.', signature: '' };
    const use = { type: 'tool_use', id: 't', name: 'f', input: {} };
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [lost, use] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't' }] },
    ];
    const thinking = { type: 'enabled', budget_tokens: 4_000 };
    const [text] = edited('anthropic-messages', JSON.stringify({ max_tokens: 9_000, thinking, messages }));
    expect(JSON.parse(text)).toMatchObject({ max_tokens: MAX, thinking: { type: 'disabled' } });
  });
});

// Whatever a client writes

const number = fc.oneof(fc.integer({ min: -2, max: 200 }), fc.constant(null));
const maybe = (names: readonly string[], value: fc.Arbitrary<JsonValue>) =>
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });

const top = ['max_tokens', 'max_completion_tokens', 'n_predict', 'Max_Tokens', 'seed', 'user'];
const options = fc.oneof(maybe(['num_predict', 'top_k'], number), fc.constant(null));
const config = fc.oneof(maybe(['maxOutputTokens', 'max_output_tokens', 'topK'], number), fc.constant(null));

const writers: readonly [name: string, rest: JsonObject, members: fc.Arbitrary<JsonObject>][] = [
  ['openai-chat', { messages: [{ role: 'user' }] }, maybe(top, number)],
  ['openai-completions', { prompt: 'a' }, maybe(top, number)],
  ['openai-responses', { input: 'a' }, maybe([...top, 'max_output_tokens'], number)],
  ['anthropic-messages', { messages: [{}] }, maybe(top, number)],
  ['gemini-generate', { contents: [{}] }, maybe(['generationConfig', 'generation_config'], config)],
  ['ollama-chat', { messages: [] }, maybe(['options', 'Options', 'OPTIONS'], options)],
  ['ollama-generate', { prompt: 'a' }, maybe(['options', 'Options', 'OPTIONS'], options)],
];

const limitNames =
  /^(max_tokens|max_completion_tokens|max_output_tokens|n_predict|num_predict|maxoutputtokens)$/i;

/** Every limit there is in it, wherever it stands. */
function limitsIn(value: JsonValue | undefined): JsonValue[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    limitNames.test(name) && member !== null ? [member as JsonValue] : limitsIn(member as JsonValue),
  );
}

describe('no request of any client', () => {
  it.each(writers)('of %s asks a backend for more than its limit', (name, rest, members) => {
    fc.assert(
      fc.property(members, fc.integer({ min: 1, max: 150 }), (sent, max) => {
        // What is refused goes nowhere.
        fc.pre(isReadable(name, { ...sent, ...rest }));
        const [text] = edited(name, JSON.stringify({ ...sent, ...rest }), { outputTokensMax: max });
        const limits = limitsIn(JSON.parse(text) as JsonValue);
        expect(limits.length).toBeGreaterThan(0);
        for (const limit of limits) {
          expect(limit).toBeLessThanOrEqual(max);
          expect(limit).toBeGreaterThanOrEqual(name === 'anthropic-messages' ? 0 : 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});

const calls = fc.record({
  wanted: fc.integer({ min: 1, max: 9_000 }),
  max: fc.integer({ min: 1, max: 9_000 }),
  budgetTokens: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined }),
  tokensDefault: fc.integer({ min: 0, max: 9_000 }),
  tokensField: fc.constantFrom('max_tokens' as const, 'max_completion_tokens' as const),
  model: fc.constantFrom('m', 'claude-sonnet-4-5', 'claude-3-haiku', 'gemini-2.5-flash'),
  // What a client writes beside the members every dialect knows.
  extra: fc
    .tuple(maybe([...top, 'num_predict'], number), fc.option(options), fc.option(config))
    .map(([members, options, generationConfig]): JsonObject => ({ ...members, options, generationConfig })),
});

describe('no call written for a backend', () => {
  const dialects = allDialects.filter((one) => one.kind === 'generation' && one.writeRequest !== undefined);

  it.each(dialects.map((dialect) => [dialect.name, dialect] as const))(
    'of %s asks for more than its limit',
    (_name, dialect) => {
      fc.assert(
        fc.property(calls, ({ wanted, max, budgetTokens, extra, model, ...quirks }) => {
          const request = dialect.writeRequest?.(
            {
              kind: 'generation',
              model,
              messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
              tools: [],
              stop: [],
              choices: 1,
              outputTokensMax: Math.min(wanted, max),
              reasoning: budgetTokens === undefined ? undefined : { budgetTokens },
              isRawPrompt: dialect.operation === 'completions',
              extra,
            },
            {
              isStream: false,
              warnings: new Warnings(true),
              quirks: { ...ordinaryQuirks, ...quirks },
              outputTokensMax: max,
            },
          );
          const limits = limitsIn(JSON.parse(JSON.stringify(request)) as JsonValue);
          expect(limits.length).toBeGreaterThan(0);
          for (const limit of limits) expect(limit).toBeLessThanOrEqual(max);
        }),
        { numRuns: 200 },
      );
    },
  );
});

function isReadable(name: string, body: JsonObject): boolean {
  try {
    dialectByName(name)?.readAsked(body, addressOf(name));
    return true;
  } catch {
    return false;
  }
}
