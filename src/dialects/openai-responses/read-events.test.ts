import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../../model/call-event.ts';
import { SseSplitter } from '../../model/sse.ts';
import { Warnings } from '../../model/warnings.ts';
import type { AnswerReading } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { openAiResponses } from './openai-responses.ts';

interface Event {
  readonly type: string;
  readonly [member: string]: unknown;
}

function newReading(): AnswerReading {
  return { warnings: new Warnings(), quirks: ordinaryQuirks };
}

function readFrames(text: string, size = 1000, reading = newReading()): CallEvent[] {
  const reader = openAiResponses.eventReader?.(reading);
  const splitter = new SseSplitter();
  const bytes = Buffer.from(text);
  const events: CallEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const frame of splitter.push(bytes.subarray(at, at + size)))
      events.push(...(reader?.push(frame) ?? []));
  }
  return [...events, ...(reader?.end() ?? [])];
}

function read(events: readonly Event[], reading = newReading()): CallEvent[] {
  return readFrames(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), 1000, reading);
}

const created = {
  type: 'response.created',
  response: { id: 'resp_1', model: 'm', created_at: 5, status: 'in_progress', output: [] },
};
const completed = { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [] } };
const started = { type: 'answer-start', id: 'resp_1', model: 'm', createdS: 5 };
const ended = [{ type: 'choice-end', choice: 0, reason: 'stop' }, { type: 'answer-end' }];

const textDelta = (delta: string) => ({
  type: 'response.output_text.delta',
  output_index: 0,
  content_index: 0,
  delta,
});
const text = (said: string) => ({ type: 'text-delta', choice: 0, text: said });

describe('a Responses stream as events', () => {
  it('is the same however it is dressed and cut', () => {
    const events = [created, textDelta('Grü'), textDelta('ße 😀'), completed];
    const wanted = [started, text('Grü'), text('ße 😀'), ...ended];
    for (const lineEnd of ['\n', '\r\n', '\r']) {
      const bytes = events.map(
        (event) =>
          `event: ${event.type}${lineEnd}data:${JSON.stringify(event)}${lineEnd}${lineEnd}: ping${lineEnd}`,
      );
      for (const size of [1, 7, 13, 1000]) {
        expect(readFrames(bytes.join('') + lineEnd, size)).toEqual(wanted);
      }
    }
  });

  it('says a text once, though it is told three times over', () => {
    const done = { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'ab' };
    const message = { type: 'message', content: [{ type: 'output_text', text: 'ab' }] };
    const itemDone = { type: 'response.output_item.done', output_index: 0, item: message };
    const end = { ...completed, response: { ...completed.response, output: [message] } };
    const all = [created, textDelta('a'), textDelta('b'), done, itemDone, end];
    expect(read(all)).toEqual([started, text('a'), text('b'), ...ended]);
    for (const only of [done, itemDone]) {
      expect(read([created, only, end])).toEqual([started, text('ab'), ...ended]);
    }
    expect(read([created, end])).toEqual([started, text('ab'), ...ended]);
    expect(read([end])[1]).toEqual(text('ab'));
  });

  it('tells reasoning, its parts as paragraphs', () => {
    const delta = (index: number, said: string) => ({
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      summary_index: index,
      delta: said,
    });
    const thinking = read([created, delta(0, 'a'), delta(1, 'b'), delta(1, 'c'), completed]);
    expect(thinking.filter((event) => event.type === 'thinking-delta').map((event) => event.text)).toEqual([
      'a',
      '\n\nb',
      'c',
    ]);
    const raw = { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'x' };
    expect(read([created, raw, completed])).toContainEqual({ type: 'thinking-delta', choice: 0, text: 'x' });
  });

  const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f' };
  const added = { type: 'response.output_item.added', output_index: 1, item: { ...call, arguments: '' } };
  const argumentsDelta = (delta: string) => ({
    type: 'response.function_call_arguments.delta',
    output_index: 1,
    delta,
  });
  const callDone = {
    type: 'response.output_item.done',
    output_index: 1,
    item: { ...call, arguments: '{"a":1}' },
  };
  const use = { type: 'tool-use-start', choice: 0, id: 'call_1', name: 'f' };
  const more = (said: string) => ({ type: 'tool-use-delta', choice: 0, id: 'call_1', arguments: said });
  const endedByTool = [
    { type: 'tool-use-end', choice: 0, id: 'call_1' },
    { type: 'choice-end', choice: 0, reason: 'tool-use' },
    { type: 'answer-end' },
  ];

  it('names a tool use by its call_id and gives the arguments once', () => {
    const events = [created, added, argumentsDelta('{"a"'), argumentsDelta(':1}'), callDone, completed];
    expect(read(events)).toEqual([started, use, more('{"a"'), more(':1}'), ...endedByTool]);
  });

  it('takes arguments that come only whole, or before their item', () => {
    expect(read([created, callDone, completed])).toEqual([started, use, more('{"a":1}'), ...endedByTool]);
    expect(read([created, argumentsDelta('{"a":1}'), callDone, completed])).toEqual([
      started,
      use,
      more('{"a":1}'),
      ...endedByTool,
    ]);
  });

  it('takes a free-form call for a function of one input', () => {
    const item = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'f', input: 'x"y' };
    const done = { type: 'response.output_item.done', output_index: 1, item };
    expect(read([created, done, completed])).toContainEqual(more('{"input":"x\\"y"}'));
  });

  it('ends for the reason given; a cut wins over a tool use', () => {
    const cut = (reason: string) => ({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason }, output: [] },
    });
    const reasonOf = (events: readonly Event[]) => read(events).find((event) => event.type === 'choice-end');
    expect(reasonOf([created, callDone, cut('max_output_tokens')])).toMatchObject({ reason: 'length' });
    expect(reasonOf([created, cut('content_filter')])).toMatchObject({ reason: 'content-filter' });
    expect(reasonOf([created, cut('something_new')])).toMatchObject({ reason: 'length' });
    const refused = { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'no' };
    expect(reasonOf([created, refused, completed])).toMatchObject({ reason: 'refusal' });
  });

  it('tells usage in our convention', () => {
    const usage = {
      input_tokens: 3,
      output_tokens: 4,
      input_tokens_details: { cached_tokens: 1 },
      output_tokens_details: { reasoning_tokens: 2 },
    };
    const end = { ...completed, response: { ...completed.response, usage } };
    expect(read([created, end])).toContainEqual({
      type: 'usage',
      usage: { inputTokens: 3, outputTokens: 4, cachedInputTokens: 1, reasoningTokens: 2 },
    });
  });

  it('is a failure when it just stops, and says nothing after a failure', () => {
    expect(read([created, textDelta('a')]).at(-1)).toMatchObject({
      type: 'error',
      code: 'upstream_bad_response',
    });
    const error = { type: 'error', error: { code: 'c', type: 't', message: 'no' } };
    const failed = { type: 'response.failed', response: { error: { code: 'c', message: 'no' } } };
    expect(read([created, error, failed])).toEqual([
      started,
      { type: 'error', message: 'no', code: 'c', backendType: 't' },
    ]);
    expect(read([created, failed]).at(-1)).toMatchObject({ type: 'error', message: 'no', code: 'c' });
    expect(readFrames('data: {broken\n\n').at(-1)).toMatchObject({ type: 'error' });
  });

  it('passes over hosted tools and events of tomorrow, and tells of each tool once', () => {
    const search = { type: 'response.web_search_call.searching', output_index: 0 };
    const item = { type: 'response.output_item.done', output_index: 0, item: { type: 'web_search_call' } };
    const odd = { type: 'constructor', text: 'x', delta: 'y' };
    const reading = newReading();
    expect(read([created, search, item, { ...item, output_index: 1 }, odd, completed], reading)).toEqual([
      started,
      ...ended,
    ]);
    expect(reading.warnings.list).toEqual([
      { action: 'dropped', param: 'web_search_call', reason: 'no_counterpart' },
    ]);
  });

  const itemDone = (item: object, output_index = 0) => ({
    type: 'response.output_item.done',
    output_index,
    item,
  });

  it('ends thoughts with their signature, whole as they come', () => {
    const item = {
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'hm' }],
      encrypted_content: 'gAAA=',
    };
    expect(read([created, itemDone(item), completed]).slice(1, 3)).toEqual([
      { type: 'thinking-delta', choice: 0, text: 'hm' },
      { type: 'thinking-end', choice: 0, signature: { origin: 'openai', value: 'gAAA=' } },
    ]);
  });

  it('takes thoughts without a word for a block that only their maker can read', () => {
    const hidden = { type: 'reasoning', summary: [], encrypted_content: 'gAAA=' };
    const wanted = { type: 'redacted-thinking', choice: 0, signature: { origin: 'openai', value: 'gAAA=' } };
    expect(
      read([created, itemDone(hidden), itemDone({ type: 'reasoning', summary: [] }, 1), completed]),
    ).toEqual([started, wanted, ...ended]);
    const end = { ...completed, response: { status: 'completed', output: [hidden] } };
    expect(read([created, itemDone(hidden), end])).toEqual([started, wanted, ...ended]);
    expect(read([created, end])).toEqual([started, wanted, ...ended]);
  });

  it('shows the picture an image tool made', () => {
    const item = {
      type: 'image_generation_call',
      status: 'completed',
      output_format: 'webp',
      result: 'UklG',
    };
    const events = read([
      created,
      itemDone({ ...item, result: null }),
      itemDone(item),
      itemDone(item, 1),
      completed,
    ]);
    expect(events.filter((event) => event.type === 'image')).toEqual([
      { type: 'image', index: 0, base64: 'UklG', mediaType: 'image/webp', revisedPrompt: undefined },
      { type: 'image', index: 1, base64: 'UklG', mediaType: 'image/webp', revisedPrompt: undefined },
    ]);
  });

  it('tells once of notes, which have no place', () => {
    const part = { type: 'output_text', text: 'a', annotations: [{ type: 'url_citation' }] };
    const reading = newReading();
    read(
      [
        created,
        { type: 'response.output_text.annotation.added' },
        itemDone({ type: 'message', content: [part, part] }),
        completed,
      ],
      reading,
    );
    expect(reading.warnings.list.map(({ param }) => param)).toEqual(['annotations']);
  });

  it.each([
    [
      { type: 'error', error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'm' } },
      'rate-limited',
    ],
    [{ type: 'error', code: 'context_length_exceeded', message: 'm', param: null }, 'context-too-long'],
    [
      { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'm' } } },
      'rate-limited',
    ],
  ])('%j says what it means', (failure, meaning) => {
    expect(read([created, failure]).at(-1)).toMatchObject({ type: 'error', message: 'm', meaning });
  });

  it('gives two calls of one place their own arguments, and ends each once', () => {
    const two = { ...callDone, item: { ...call, call_id: 'call_2', arguments: '{"b":2}' } };
    const events = read([created, added, callDone, callDone, { ...added, item: two.item }, two, completed]);
    expect(events.flatMap((event) => (event.type === 'tool-use-delta' ? [event.arguments] : []))).toEqual([
      '{"a":1}',
      '{"b":2}',
    ]);
    expect(events.filter((event) => event.type === 'tool-use-end')).toHaveLength(2);
  });

  it('bears whatever stands where something else belongs', () => {
    const odd: Event[] = [
      { type: 'response.output_item.added', item: null },
      { type: 'response.output_item.done', output_index: {}, item: [] },
      { type: 'response.output_item.done', item: { type: 7 } },
      { type: 'response.output_item.done', item: { type: 'message', content: 'x' } },
      { type: 'response.output_item.done', item: { type: 'message', content: [null, 5, { type: [] }] } },
      { type: 'response.output_item.done', item: { type: 'reasoning', summary: {}, encrypted_content: 5 } },
      { type: 'response.output_item.done', item: { type: 'image_generation_call', result: {} } },
      { type: 'response.output_text.delta', content_index: 'x', delta: {} },
      { type: 'response.function_call_arguments.delta', delta: 5 },
      { type: '__proto__' },
    ];
    const end = { type: 'response.completed', response: { output: [null, 3], usage: 'many' } };
    expect(read([created, ...odd, end])).toEqual([started, ...ended]);
  });
});

describe('a whole answer as events', () => {
  it('is what its stream would have carried', () => {
    const answer = {
      id: 'resp_1',
      object: 'response',
      created_at: 5,
      model: 'm',
      status: 'completed',
      error: null,
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
        {
          type: 'message',
          content: [
            { type: 'output_text', text: 'a' },
            { type: 'output_text', text: 'b' },
          ],
        },
        { type: 'function_call', id: 'fc', call_id: 'c', name: 'f', arguments: '{}' },
      ],
      usage: { input_tokens: 1, output_tokens: 2 },
    };
    expect(openAiResponses.eventsOfWhole(answer, newReading())).toEqual([
      started,
      { type: 'thinking-delta', choice: 0, text: 'hm' },
      { type: 'thinking-end', choice: 0 },
      text('a'),
      text('b'),
      { type: 'tool-use-start', choice: 0, id: 'c', name: 'f' },
      { type: 'tool-use-delta', choice: 0, id: 'c', arguments: '{}' },
      { type: 'tool-use-end', choice: 0, id: 'c' },
      { type: 'usage', usage: { inputTokens: 1, outputTokens: 2 } },
      { type: 'choice-end', choice: 0, reason: 'tool-use' },
      { type: 'answer-end' },
    ]);
  });

  it.each([
    { id: 'resp_1', status: 'cancelled', output: [] },
    { id: 'resp_1', status: 'failed', error: { code: 'c', message: 'm' }, output: [] },
    { error: { message: 'm' } },
    { detail: 'Not Found' },
    { choices: [] },
    null,
    'text',
  ])('is a failure if it is %j', (answer) => {
    expect(openAiResponses.eventsOfWhole(answer, newReading())).toEqual([
      expect.objectContaining({ type: 'error' }),
    ]);
  });
});
