import fc from 'fast-check';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { describe, expect, it } from 'vitest';
import { framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent, FinishReason } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { openAiChat } from './openai-chat.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { ChatFrameWriter } from './write-events.ts';
import { wholeWriter } from './write-whole.ts';

const context: WriterContext = {
  requestId: '01J-7f_3a',
  model: 'my-model',
  createdS: 1770933892,
  withUsage: true,
  request: {},
  elapsedMs: () => 0,
  inputTokensEstimate: 0,
  address: { route: '/v1/chat/completions', model: undefined, query: '' },
  warnings: new Warnings(),
};
const reading = { warnings: new Warnings(), quirks: ordinaryQuirks };
const head = {
  id: 'chatcmpl-01J7f3a',
  object: 'chat.completion.chunk',
  created: 1770933892,
  model: 'my-model',
};
const start: CallEvent = { type: 'answer-start', model: 'theirs', id: 'theirs', createdS: 1 };
const end: CallEvent = { type: 'answer-end' };
const text = (text: string, choice = 0): CallEvent => ({ type: 'text-delta', choice, text });
const choiceEnd = (reason: FinishReason, choice = 0): CallEvent => ({ type: 'choice-end', choice, reason });
const usage: CallEvent = {
  type: 'usage',
  usage: { inputTokens: 9, outputTokens: 3, cachedInputTokens: 4, reasoningTokens: 1 },
};
const wireUsage = {
  prompt_tokens: 9,
  completion_tokens: 3,
  total_tokens: 12,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 1 },
};
const toolUse = (id: string, name: string, ...pieces: string[]): CallEvent[] => [
  { type: 'tool-use-start', choice: 0, id, name },
  ...pieces.map((piece): CallEvent => ({ type: 'tool-use-delta', choice: 0, id, arguments: piece })),
];

function write(events: readonly CallEvent[], changes: Partial<WriterContext> = {}): string {
  const writer = new ChatFrameWriter({ ...context, ...changes });
  return events.map((event) => writer.push(event)).join('');
}

function writeWhole(events: readonly CallEvent[], changes: Partial<WriterContext> = {}): JsonObject {
  const writer = wholeWriter({ ...context, ...changes });
  for (const event of events) writer.push(event);
  return writer.finish();
}

/** The JSON of every frame but `[DONE]`. */
function chunks(stream: string): JsonObject[] {
  const lines = stream.split('\n\n').filter((line) => line.startsWith('data: {'));
  return lines.map((line) => JSON.parse(line.slice(6)) as JsonObject);
}

/** Deltas and finish reasons only. */
function deltas(stream: string): unknown[] {
  return chunks(stream).flatMap((chunk) =>
    (chunk['choices'] as JsonObject[]).map((choice) => choice['finish_reason'] ?? choice['delta']),
  );
}

describe('the frame writer of chat', () => {
  it('writes what OpenAI writes, member by member', () => {
    const written = write([start, text('Hi'), usage, choiceEnd('stop'), end]);
    const choice = (delta: object, finish_reason: string | null = null) => ({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      usage: null,
    });
    const frames = [
      choice({ role: 'assistant', content: '', refusal: null }),
      choice({ content: 'Hi' }),
      choice({}, 'stop'),
      { ...head, choices: [], usage: wireUsage },
    ];
    expect(written).toBe(
      `${frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')}data: [DONE]\n\n`,
    );
  });

  it('says nothing of usage to a client that did not ask', () => {
    const written = write([start, usage, text('Hi'), choiceEnd('stop'), end], { withUsage: false });
    expect(written).not.toContain('usage');
    expect(written.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('opens each choice with its role, and keeps the choices apart', () => {
    const written = write([
      start,
      text('a'),
      text('b', 1),
      choiceEnd('stop', 1),
      choiceEnd('length'),
      choiceEnd('stop', 2),
      end,
    ]);
    const said = chunks(written).map((chunk) => (chunk['choices'] as JsonObject[])[0] as JsonObject);
    const role = { role: 'assistant', content: '', refusal: null };
    expect(said.map((choice) => [choice['index'], choice['finish_reason'] ?? choice['delta']])).toEqual([
      [0, role],
      [0, { content: 'a' }],
      [1, role],
      [1, { content: 'b' }],
      [1, 'stop'],
      [0, 'length'],
      [2, role],
      [2, 'stop'],
    ]);
  });

  it('counts tool calls from 0, and names them once', () => {
    const events = [
      start,
      ...toolUse('toolu_1', 'f', '{', '}'),
      ...toolUse('toolu_2', 'g'),
      choiceEnd('tool-use'),
      end,
    ];
    expect(deltas(write(events)).slice(1)).toEqual([
      { tool_calls: [{ index: 0, id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '}' } }] },
      { tool_calls: [{ index: 1, id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      'tool_calls',
    ]);
  });

  it('answers in the old form where the client sent functions', () => {
    const events = [
      start,
      ...toolUse('a', 'f', '{}'),
      ...toolUse('b', 'g', '{}'),
      choiceEnd('tool-use'),
      end,
    ];
    const request = { functions: [{ name: 'f' }] };
    expect(deltas(write(events, { request })).slice(1)).toEqual([
      { function_call: { name: 'f', arguments: '' } },
      { function_call: { arguments: '{}' } },
      'function_call',
    ]);
    const [choice] = writeWhole(events, { request })['choices'] as JsonObject[];
    expect(choice).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'f', arguments: '{}' } },
    });
    expect(choice?.['message']).not.toHaveProperty('tool_calls');
  });

  it('writes thinking and refusals', () => {
    const events: CallEvent[] = [
      start,
      { type: 'thinking-delta', choice: 0, text: 'hm' },
      { type: 'refusal-delta', choice: 0, text: 'No.' },
      choiceEnd('refusal'),
    ];
    expect(deltas(write(events)).slice(1)).toEqual([
      { reasoning_content: 'hm' },
      { refusal: 'No.' },
      'content_filter',
    ]);
  });

  it('ends with an error and nothing after it', () => {
    const writer = new ChatFrameWriter(context);
    writer.push(start);
    const details = { backendCode: 'overloaded', backendType: 'server_error' };
    expect(writer.fail(new GatewayError('upstream_error', 'Boom', details))).toBe(
      'data: {"error":{"message":"Boom","type":"server_error","param":null,"code":"upstream_error"}}\n\n',
    );
    expect(writer.push(choiceEnd('stop')) + writer.push(end)).toBe('');
  });

  it('is understood by the official client', async () => {
    const events = [
      start,
      text('Hé'),
      ...toolUse('call_1', 'f', '{"a":', '1}'),
      ...toolUse('call_2', 'g', '{}'),
      choiceEnd('tool-use'),
      usage,
      end,
    ];
    const lines = chunks(write(events)).map((chunk) =>
      new TextEncoder().encode(`${JSON.stringify(chunk)}\n`),
    );
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const line of lines) controller.enqueue(line);
        controller.close();
      },
    });
    const answer = await ChatCompletionStream.fromReadableStream(source).finalChatCompletion();
    expect(answer.choices[0]?.message).toMatchObject({
      content: 'Hé',
      tool_calls: [
        { id: 'call_1', function: { name: 'f', arguments: '{"a":1}' } },
        { id: 'call_2', function: { name: 'g', arguments: '{}' } },
      ],
    });
    expect(answer.usage?.total_tokens).toBe(12);
  });
});

describe('the whole writer of chat', () => {
  it('writes what OpenAI writes, member by member', () => {
    expect(writeWhole([start, text('H'), text('i'), choiceEnd('stop'), usage, end])).toEqual({
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: wireUsage,
    });
  });

  it('has content null only beside tool calls, and invents no usage', () => {
    const called = writeWhole([start, ...toolUse('a', 'f', '{', '}'), choiceEnd('tool-use'), end]);
    expect(called['choices']).toMatchObject([
      {
        message: {
          content: null,
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ]);
    expect(called).not.toHaveProperty('usage');
    expect(writeWhole([start, choiceEnd('stop'), end])['choices']).toMatchObject([
      { message: { content: '' } },
    ]);
  });
});

describe('events', () => {
  it('come back from a stream as they went in, in whatever pieces it came', () => {
    fc.assert(
      fc.property(anyAnswer, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (events, sizes) => {
        const reader = eventReader(reading);
        const frames = framesOf(write(events), sizes);
        const back = [...frames.flatMap((frame) => reader.push(frame)), ...reader.end()];
        expect(gathered(back)).toEqual(gathered(events));
        expect(listened(frames)).toEqual({ isComplete: true, missingEnd: '' });
      }),
    );
  });

  it('come back from a whole answer as they went in', () => {
    fc.assert(
      fc.property(anyAnswer, (events) => {
        const wire = JSON.parse(JSON.stringify(writeWhole(events))) as JsonValue;
        expect(gathered(eventsOfWhole(wire, reading))).toEqual(gathered(events));
        expect(openAiChat.hearWhole(wire).error).toBeUndefined();
      }),
    );
  });
});

function listened(frames: ReturnType<typeof framesOf>): {
  isComplete: boolean | undefined;
  missingEnd: string | undefined;
} {
  const listener = openAiChat.streamListener?.();
  for (const frame of frames) listener?.hear(frame);
  return { isComplete: listener?.isComplete, missingEnd: listener?.missingEnd() };
}

/** What was said in sum, however it was cut up and interleaved. */
function gathered(events: readonly CallEvent[]): Record<string, unknown> {
  const sum: Record<string, unknown> = { order: [events[0]?.type, events.at(-1)?.type] };
  const add = (key: string, more: string) => {
    sum[key] = `${(sum[key] as string | undefined) ?? ''}${more}`;
  };
  for (const event of events) {
    if (event.type === 'usage') sum['usage'] = { ...event.usage };
    else if (event.type === 'choice-end') sum[`end ${event.choice}`] = event.reason;
    else if (event.type === 'tool-use-start') add(`tools ${event.choice}`, `${event.id} ${event.name};`);
    else if (event.type === 'tool-use-delta' && event.arguments !== '{}')
      add(`arguments ${event.choice} ${event.id}`, event.arguments);
    else if ('text' in event && event.text !== '') add(`${event.type} ${event.choice}`, event.text);
  }
  return sum;
}

const anyText = fc.string({ unit: 'binary', minLength: 1 });

/** What one choice says, without its end. */
const anyContent = (choice: number): fc.Arbitrary<CallEvent[]> => {
  const said = fc
    .tuple(
      fc.constantFrom('text-delta' as const, 'thinking-delta' as const, 'refusal-delta' as const),
      anyText,
    )
    .map(([type, piece]): CallEvent[] => [{ type, choice, text: piece }]);
  const called = fc
    .tuple(fc.uuid(), anyText, fc.array(anyText, { maxLength: 3 }))
    .map(([id, name, pieces]): CallEvent[] => [
      { type: 'tool-use-start', choice, id, name },
      ...pieces.map((piece): CallEvent => ({ type: 'tool-use-delta', choice, id, arguments: piece })),
    ]);
  return fc.array(fc.oneof(said, called), { maxLength: 6 }).map((parts) => parts.flat());
};

const anyChoice = (choice: number): fc.Arbitrary<{ content: CallEvent[]; end: CallEvent }> =>
  fc
    .tuple(anyContent(choice), fc.constantFrom<FinishReason>('stop', 'length', 'content-filter'))
    .map(([content, reason]) => {
      const has = (type: CallEvent['type']) => content.some((event) => event.type === type);
      // OpenAI says `stop` of all three, and the message tells which it was.
      const natural = has('tool-use-start') ? 'tool-use' : has('refusal-delta') ? 'refusal' : 'stop';
      if (reason === 'content-filter' && has('refusal-delta'))
        return { content, end: choiceEnd('refusal', choice) };
      return { content, end: choiceEnd(reason === 'stop' ? natural : reason, choice) };
    });

/** Choices whose events are shuffled into each other, as a backend may send them, with usage anywhere. */
const anyAnswer: fc.Arbitrary<CallEvent[]> = fc
  .tuple(anyChoice(0), fc.option(anyChoice(1)), fc.nat(), fc.boolean())
  .map(([first, second, seed, isUsageEarly]) => {
    const content = interleaved(first.content, second?.content ?? [], seed);
    const ends = second === null ? [first.end] : [second.end, first.end];
    const known: CallEvent = {
      type: 'usage',
      usage: { inputTokens: 1, outputTokens: 2, cachedInputTokens: 0, reasoningTokens: 0 },
    };
    return isUsageEarly ? [start, known, ...content, ...ends, end] : [start, ...content, ...ends, known, end];
  });

function interleaved(a: readonly CallEvent[], b: readonly CallEvent[], seed: number): CallEvent[] {
  const rest = [[...a], [...b]];
  const mixed: CallEvent[] = [];
  for (let turn = seed; rest[0]?.length || rest[1]?.length; turn = (turn * 48271) % 2147483647) {
    const next = rest[turn % 2]?.shift() ?? rest[(turn + 1) % 2]?.shift();
    if (next !== undefined) mixed.push(next);
  }
  return mixed;
}

describe('what OpenAI itself never writes', () => {
  const foreign = { origin: 'anthropic', value: 'abc' };
  const thoughts: CallEvent[] = [
    start,
    { type: 'thinking-delta', choice: 0, text: 'hm' },
    { type: 'thinking-end', choice: 0, signature: foreign },
    { type: 'redacted-thinking', choice: 0, signature: { origin: 'openai', value: 'x' } },
    { type: 'thinking-delta', choice: 0, text: ' so' },
    { type: 'thinking-end', choice: 0 },
  ];
  const signed = { type: 'reasoning.text', signature: 'gw1:anthropic:abc' };
  const sealed = { type: 'reasoning.encrypted', data: 'gw1:openai:x' };

  it('has the places other vendors gave it: thoughts and their signatures, all of them marked', () => {
    expect(deltas(write([...thoughts, choiceEnd('stop')])).slice(1)).toEqual([
      { reasoning_content: 'hm' },
      { reasoning_details: [signed] },
      { reasoning_details: [sealed] },
      { reasoning_content: ' so' },
      'stop',
    ]);
    expect(writeWhole([...thoughts, choiceEnd('stop'), end])['choices']).toMatchObject([
      { message: { reasoning_content: 'hm so', reasoning_details: [{ ...signed, text: 'hm' }, sealed] } },
    ]);
  });

  it('has the place Google gave the signatures of calls, for its own only, marked', () => {
    const called = (origin: string): CallEvent[] => [
      start,
      { type: 'tool-use-start', choice: 0, id: 'a', name: 'f', signature: { origin, value: 's' } },
      choiceEnd('tool-use'),
      end,
    ];
    const place = { google: { thought_signature: 'gw1:gemini:s' } };
    expect(deltas(write(called('gemini')))[1]).toMatchObject({ tool_calls: [{ extra_content: place }] });
    expect(writeWhole(called('gemini'))['choices']).toMatchObject([
      { message: { tool_calls: [{ extra_content: place }] } },
    ]);
    expect(write(called('anthropic'))).not.toContain('extra_content');
  });

  it('has the place OpenRouter gave pictures', () => {
    const events: CallEvent[] = [
      start,
      { type: 'image', index: 0, base64: 'AA', mediaType: 'image/png' },
      { type: 'image-url', index: 1, url: 'https://x.org/a' },
      choiceEnd('stop'),
      end,
    ];
    const image = (index: number, url: string) => ({ type: 'image_url', index, image_url: { url } });
    const [first, second] = [image(0, 'data:image/png;base64,AA'), image(1, 'https://x.org/a')];
    expect(deltas(write(events)).slice(1, 3)).toEqual([{ images: [first] }, { images: [second] }]);
    expect(writeWhole(events)['choices']).toMatchObject([
      { message: { content: '', images: [first, second] } },
    ]);
  });
});

describe('a tool without arguments', () => {
  const called = (reason: FinishReason) => [start, ...toolUse('a', 'f'), choiceEnd(reason), end];
  const argumentsOf = (events: readonly CallEvent[]) =>
    (writeWhole(events)['choices'] as { message: JsonObject }[])[0]?.message['tool_calls'];

  it('has an empty object, unless it was cut off', () => {
    expect(argumentsOf(called('tool-use'))).toMatchObject([{ function: { arguments: '{}' } }]);
    expect(argumentsOf(called('length'))).toMatchObject([{ function: { arguments: '' } }]);
    expect(write(called('tool-use'))).toContain('"arguments":"{}"');
    expect(write(called('length'))).not.toContain('{}"');
  });

  it('has it once, as soon as it is said to be whole', () => {
    const ended: CallEvent = { type: 'tool-use-end', choice: 0, id: 'a' };
    const written = write([start, ...toolUse('a', 'f'), ended, text('so'), choiceEnd('tool-use'), end]);
    expect(written.split('"arguments":"{}"')).toHaveLength(2);
  });
});

describe('free-form tools', () => {
  const request = { tools: [{ type: 'custom', custom: { name: 'sh' } }] };
  const events = [
    start,
    ...toolUse('a', 'sh', '{"inp', 'ut":"ls"}'),
    ...toolUse('b', 'f', '{}'),
    choiceEnd('tool-use'),
    end,
  ];

  it('get their text out of its dress, whole', () => {
    expect(deltas(write(events, { request })).slice(1)).toEqual([
      { tool_calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'sh', input: '' } }] },
      { tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      { tool_calls: [{ index: 0, custom: { input: 'ls' } }] },
      'tool_calls',
    ]);
    const [choice] = writeWhole(events, { request })['choices'] as JsonObject[];
    expect(choice).toMatchObject({
      message: {
        tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'sh', input: 'ls' } }, { id: 'b' }],
      },
    });
  });

  it('get it as soon as it is said to be whole, and as it is where the model forgot the dress', () => {
    const bare: CallEvent[] = [
      start,
      ...toolUse('a', 'sh', 'ls -l'),
      { type: 'tool-use-end', choice: 0, id: 'a' },
    ];
    expect(deltas(write(bare, { request })).at(-1)).toEqual({
      tool_calls: [{ index: 0, custom: { input: 'ls -l' } }],
    });
  });
});

describe('what is lost on the way to a client', () => {
  it('is told: a pause, a second call in the old form', () => {
    const request = { functions: [{ name: 'f' }] };
    const events = [start, ...toolUse('a', 'f'), ...toolUse('b', 'f'), choiceEnd('pause'), end];
    for (const run of [write, writeWhole]) {
      const warnings = new Warnings();
      run(events, { request, warnings });
      expect(warnings.list.map((one) => one.param).sort()).toEqual(['finish_reason', 'function_call']);
    }
  });

  it.each([
    ['stop-text', 'stop'],
    ['context-full', 'length'],
    ['pause', 'stop'],
  ] as const)('is not the end: %s is %s', (reason, wire) => {
    expect(deltas(write([start, choiceEnd(reason), end])).at(-1)).toBe(wire);
  });
});
