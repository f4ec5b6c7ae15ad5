import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { CallEvent, FinishReason } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { arrayMember, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Signature } from '../../model/signature.ts';
import { SseSplitter } from '../../model/sse.ts';
import { Warnings } from '../../model/warnings.ts';
import type { WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { openAiResponses } from './openai-responses.ts';

const context: WriterContext = {
  requestId: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
  model: 'house-model',
  createdS: 1_700_000_000,
  withUsage: true,
  address: { route: '/v1/responses', model: undefined, query: '' },
  elapsedMs: () => 0,
  inputTokensEstimate: 0,
  warnings: new Warnings(),
  request: { model: 'house-model', input: 'hi', reasoning: { summary: 'auto' } },
};

const answerReading = { warnings: new Warnings(), quirks: ordinaryQuirks };

function writeFrames(
  events: readonly CallEvent[],
  changes: Partial<WriterContext> = {},
  failure?: GatewayError,
): string {
  const writer = openAiResponses.frameWriter?.({ ...context, ...changes });
  const frames = events.map((event) => writer?.push(event) ?? '');
  return frames.join('') + (failure === undefined ? '' : writer?.fail(failure));
}

function writeWhole(events: readonly CallEvent[], changes: Partial<WriterContext> = {}): JsonObject {
  const writer = openAiResponses.wholeWriter({ ...context, ...changes });
  for (const event of events) writer.push(event);
  return writer.finish();
}

function parsed(text: string): JsonObject[] {
  const frames = new SseSplitter().push(Buffer.from(text));
  return frames.map((frame) => {
    const body = JSON.parse(frame.data() ?? '') as JsonObject;
    expect(frame.eventName()).toBe(body['type']);
    return body;
  });
}

/** `sizes` are those of the pieces the bytes come in, over and over. */
function readBack(text: string, sizes: readonly number[]): CallEvent[] {
  const reader = openAiResponses.eventReader?.(answerReading);
  const splitter = new SseSplitter();
  const bytes = Buffer.from(text);
  const events: CallEvent[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const to = at + (sizes[turn % sizes.length] ?? 1);
    for (const frame of splitter.push(bytes.subarray(at, to))) events.push(...(reader?.push(frame) ?? []));
    at = to;
  }
  return [...events, ...(reader?.end() ?? [])];
}

const start: CallEvent = { type: 'answer-start', model: 'backend-model', id: 'x', createdS: 1 };
const end: CallEvent = { type: 'answer-end' };
const text = (said: string): CallEvent => ({ type: 'text-delta', choice: 0, text: said });
const think = (said: string): CallEvent => ({ type: 'thinking-delta', choice: 0, text: said });
const refuse = (said: string): CallEvent => ({ type: 'refusal-delta', choice: 0, text: said });
const use = (id: string, name = 'f'): CallEvent => ({ type: 'tool-use-start', choice: 0, id, name });
const more = (id: string, json: string): CallEvent => ({
  type: 'tool-use-delta',
  choice: 0,
  id,
  arguments: json,
});
const stop = (reason: FinishReason = 'stop'): CallEvent => ({ type: 'choice-end', choice: 0, reason });
const usage: CallEvent = {
  type: 'usage',
  usage: { inputTokens: 10, outputTokens: 6, cachedInputTokens: 4, cacheWriteTokens: 1, reasoningTokens: 2 },
};

/**
 * A strict reader of protocols 2.11: what OpenAI's own helper insists on, and more. It throws at the first
 * event that is out of order, and answers the final response.
 */
class StrictChecker {
  #count = 0;
  #id: JsonValue | undefined;
  #items: { added: JsonObject; done?: JsonObject; parts: Map<string, { text: string; isDone: boolean }> }[] =
    [];
  #final: JsonObject | undefined;

  static check(events: readonly JsonObject[]): JsonObject {
    const checker = new StrictChecker();
    for (const event of events) checker.#event(event);
    if (checker.#final === undefined) throw new Error('no terminal event');
    return checker.#final;
  }

  #event(event: JsonObject): void {
    expect(event['sequence_number']).toBe(this.#count);
    expect(this.#final, 'nothing follows the terminal event').toBeUndefined();
    const type = String(event['type']);
    if (this.#count === 0) expect(type).toBe('response.created');
    if (this.#count === 1) expect(type).toBe('response.in_progress');
    this.#count++;
    if (isJsonObject(event['response'])) this.#response(type, event['response']);
    else if (type === 'response.output_item.added') this.#added(event);
    else if (type === 'response.output_item.done') this.#done(event);
    else this.#inside(type, event);
  }

  #response(type: string, response: JsonObject): void {
    this.#id ??= response['id'];
    expect(response['id']).toBe(this.#id);
    expect(response).not.toHaveProperty('user', null);
    if (type === 'response.created' || type === 'response.in_progress') {
      expect(response).toMatchObject({ status: 'in_progress', output: [] });
      expect(response).not.toHaveProperty('usage');
      return;
    }
    expect(type).toBe(`response.${response['status']}`);
    expect(response['output']).toEqual(this.#items.map((item) => item.done));
    this.#final = response;
  }

  #added(event: JsonObject): void {
    const item = event['item'] as JsonObject;
    expect(event['output_index']).toBe(this.#items.length);
    expect(this.#items.map((other) => other.added['id'])).not.toContain(item['id']);
    if (item['type'] !== 'reasoning') expect(item['status']).toBe('in_progress');
    this.#items.push({ added: item, parts: new Map() });
  }

  #done(event: JsonObject): void {
    const item = this.#items[Number(event['output_index'])];
    const done = event['item'] as JsonObject;
    if (item === undefined) throw new Error('done before added');
    expect(item.done).toBeUndefined();
    for (const name of ['id', 'type', 'call_id', 'name']) expect(done[name]).toBe(item.added[name]);
    for (const part of item.parts.values()) expect(part.isDone).toBe(true);
    const texts = [...item.parts.values()].map((part) => part.text);
    expect(textsOf(done)).toEqual(texts);
    item.done = done;
  }

  #inside(type: string, event: JsonObject): void {
    const item = this.#items[Number(event['output_index'])];
    if (item === undefined || item.done !== undefined) throw new Error(`${type} outside of its item`);
    expect(event['item_id']).toBe(item.added['id']);
    const key = String(event['content_index'] ?? event['summary_index'] ?? 'arguments');
    const isOwnPart = key === 'arguments';
    const part = item.parts.get(key);
    if (type.endsWith('_part.added')) {
      expect(key).toBe(String(item.parts.size));
      item.parts.set(key, { text: '', isDone: false });
    } else if (type.endsWith('_part.done')) {
      expect(part?.isDone).toBe(true);
      const said = event['part'] as JsonObject;
      expect(said['text'] ?? said['refusal']).toBe(part?.text);
    } else if (type.endsWith('.delta')) {
      if (part === undefined && !isOwnPart) throw new Error('delta before its part was added');
      expect(part?.isDone ?? false).toBe(false);
      item.parts.set(key, { text: (part?.text ?? '') + event['delta'], isDone: false });
    } else if (type.endsWith('.done')) {
      const whole = event['text'] ?? event['refusal'] ?? event['arguments'] ?? event['input'];
      expect(whole).toBe(part?.text ?? '');
      if (type === 'response.function_call_arguments.done') expect(event['name']).toBe(item.added['name']);
      item.parts.set(key, { text: String(whole), isDone: true });
    } else if (!type.startsWith('response.image_generation_call.')) throw new Error(`unexpected ${type}`);
  }
}

function textsOf(item: JsonObject): JsonValue[] {
  if (item['type'] === 'image_generation_call') return [];
  const parts = arrayMember(item, 'content') ?? arrayMember(item, 'summary');
  if (parts === undefined) return [item['arguments'] ?? item['input'] ?? ''];
  return parts.map((part) => (isJsonObject(part) ? (part['text'] ?? part['refusal'] ?? '') : ''));
}

describe('a written Responses stream', () => {
  it('has the order of the real one', () => {
    const events = [start, think('hm'), text('He'), text('llo'), use('call_1'), more('call_1', '{"a":1}')];
    const frames = parsed(writeFrames([...events, stop('tool-use'), usage, end]));
    expect(frames.map((frame) => frame['type'])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
    StrictChecker.check(frames);
  });

  it('ends with the whole response, usage included', () => {
    const frames = parsed(writeFrames([start, text('Hi'), stop(), usage, end]));
    const response = StrictChecker.check(frames);
    expect(response).toEqual({
      id: 'resp_0b1c2d3e4f5061728394a5b6c7d8e9f0',
      object: 'response',
      created_at: 1_700_000_000,
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: {},
      model: 'house-model',
      output: [
        {
          id: 'msg_0b1c2d3e4f5061728394a5b6c7d8e9f0_0',
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hi', annotations: [], logprobs: [] }],
        },
      ],
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: 'auto' },
      service_tier: 'default',
      store: false,
      temperature: 1,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
        output_tokens: 6,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 16,
      },
    });
  });

  it('repeats what the request asked for', () => {
    const request = {
      ...context.request,
      instructions: 'I',
      temperature: 0,
      user: 'u',
      store: true,
      text: { format: null, verbosity: 'low' },
      tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }],
    };
    expect(writeWhole([start, stop(), end], { request })).toMatchObject({
      instructions: 'I',
      temperature: 0,
      user: 'u',
      store: false,
      text: { format: { type: 'text' }, verbosity: 'low' },
      tools: [
        { type: 'function', name: 'f', description: null, parameters: null, strict: true },
        { type: 'web_search' },
      ],
    });
  });

  it('gives no reasoning to a client that asked for none', () => {
    const request = { model: 'm', input: 'hi' };
    const response = StrictChecker.check(
      parsed(writeFrames([start, think('hm'), text('Hi'), stop(), end], { request })),
    );
    expect(response['output']).toEqual([expect.objectContaining({ type: 'message' })]);
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['context-full', 'max_output_tokens'],
    ['content-filter', 'content_filter'],
  ] as const)('that was cut by %s is incomplete: %s', (reason, word) => {
    const response = StrictChecker.check(parsed(writeFrames([start, text('Hi'), stop(reason), end])));
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: word },
      output: [{ status: 'incomplete' }],
      usage: { total_tokens: 0 },
    });
  });

  it('puts a refusal in a part of its own', () => {
    const events = [start, text('Well, '), refuse('no'), stop('refusal'), end];
    const response = StrictChecker.check(parsed(writeFrames(events)));
    expect(response).toMatchObject({
      status: 'completed',
      output: [
        {
          content: [
            { type: 'output_text', text: 'Well, ' },
            { type: 'refusal', refusal: 'no' },
          ],
        },
      ],
    });
  });

  it('closes a tool use as soon as its arguments are whole, and not before', () => {
    const oneByOne = [start, use('a'), more('a', '{"x":{}}'), use('b'), more('b', '{}'), stop(), end];
    const byTurns = [
      start,
      use('a'),
      more('a', '{"x"'),
      use('b'),
      more('b', '{}'),
      more('a', ':1}'),
      stop(),
      end,
    ];
    const order = (events: readonly CallEvent[]) => {
      const frames = parsed(writeFrames(events));
      StrictChecker.check(frames);
      return frames
        .filter((frame) => String(frame['type']).startsWith('response.output_item'))
        .map((frame) => `${frame['type']} ${frame['output_index']}`.slice('response.output_item.'.length));
    };
    expect(order(oneByOne)).toEqual(['added 0', 'done 0', 'added 1', 'done 1']);
    expect(order(byTurns)).toEqual(['added 0', 'added 1', 'done 0', 'done 1']);
  });

  it('gives a tool use without arguments an empty object', () => {
    const response = StrictChecker.check(parsed(writeFrames([start, use('a'), stop('tool-use'), end])));
    expect(response).toMatchObject({ output: [{ type: 'function_call', call_id: 'a', arguments: '{}' }] });
  });

  it('calls a tool as the client declared it', () => {
    const tools = [
      { type: 'custom', name: 'sql' },
      { type: 'namespace', name: 'mcp', tools: [{ type: 'function', name: 'look' }] },
    ];
    const request = { ...context.request, tools };
    const events = [start, use('a', 'sql'), more('a', '{"input":"SELECT 1"}'), use('b', 'look'), stop(), end];
    const response = StrictChecker.check(parsed(writeFrames(events, { request })));
    expect(response).toMatchObject({
      output: [
        { type: 'custom_tool_call', call_id: 'a', name: 'sql', input: 'SELECT 1' },
        { type: 'function_call', call_id: 'b', name: 'look', namespace: 'mcp' },
      ],
    });
  });

  it('writes only the first choice, and an answer without items', () => {
    const other: CallEvent = { type: 'text-delta', choice: 1, text: 'no' };
    const response = StrictChecker.check(parsed(writeFrames([start, other, text(''), stop(), end])));
    expect(response).toMatchObject({ status: 'completed', output: [] });
  });

  it('tells a failure with the next numbers and the same id, and no clean end', () => {
    const error = new GatewayError('upstream_timeout', 'gone');
    const frames = parsed(writeFrames([start, text('Hi')], {}, error));
    const [event, failed] = frames.slice(-2);
    expect(frames.map((frame) => frame['sequence_number'])).toEqual(frames.map((_, index) => index));
    expect(event).toMatchObject({ type: 'error', code: 'upstream_timeout', message: 'gone', param: null });
    expect(failed).toMatchObject({
      type: 'response.failed',
      response: {
        id: 'resp_0b1c2d3e4f5061728394a5b6c7d8e9f0',
        status: 'failed',
        error: { code: 'server_error', message: 'gone' },
        output: [{ status: 'incomplete', content: [{ type: 'output_text', text: 'Hi' }] }],
      },
    });
    expect(frames.map((frame) => frame['type'])).not.toContain('response.completed');
  });

  it('makes ids a client may send back, out of any request id', () => {
    const requestId = `we.ird_${'x'.repeat(120)}`;
    const response = writeWhole([start, text('Hi'), stop(), end], { requestId });
    const item = (response['output'] as JsonObject[])[0];
    for (const id of [response['id'], item?.['id']]) expect(id).toMatch(/^(resp|msg)_\w{1,59}$/);
  });
});

describe('what belongs to an answer beside its words', () => {
  const wishes = { reasoning: { summary: 'auto' }, include: ['reasoning.encrypted_content'] };
  const own: Signature = { origin: 'openai', value: 'gAAA=' };
  const foreign: Signature = { origin: 'anthropic', value: 'sig==' };
  const thinkingEnd = (signature?: Signature): CallEvent => ({ type: 'thinking-end', choice: 0, signature });
  const redacted = (signature: Signature): CallEvent => ({ type: 'redacted-thinking', choice: 0, signature });
  const outputOf = (
    events: readonly CallEvent[],
    request: JsonObject = wishes,
    warnings = new Warnings(),
  ) => {
    const all = [start, ...events, stop(), end];
    const response = StrictChecker.check(parsed(writeFrames(all, { request, warnings })));
    expect(writeWhole(all, { request })).toEqual(response);
    return response['output'] as JsonObject[];
  };

  it.each([
    [own, 'gAAA='],
    [foreign, 'gw1:anthropic:sig=='],
  ])('a signature stands on its thoughts: %j', (signature, encrypted_content) => {
    expect(
      outputOf([think('hm'), thinkingEnd(signature), think('more'), thinkingEnd(), text('Hi')]),
    ).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'more' }] },
      { type: 'message' },
    ]);
  });

  it('a signature of thoughts that are not shown, or that nobody may read, is an item without a summary', () => {
    const request = { include: wishes.include };
    const output = outputOf([think('hm'), thinkingEnd(own), redacted(foreign), text('Hi')], request);
    expect(output).toMatchObject([
      { type: 'reasoning', summary: [], encrypted_content: 'gAAA=' },
      { type: 'reasoning', summary: [], encrypted_content: 'gw1:anthropic:redacted:sig==' },
      { type: 'message' },
    ]);
  });

  it('thoughts nobody may read do not end up on those that are being told', () => {
    expect(outputOf([think('hm'), redacted(foreign)])).toMatchObject([
      { summary: [{ text: 'hm' }] },
      { summary: [], encrypted_content: 'gw1:anthropic:redacted:sig==' },
    ]);
  });

  it('no signature is told to a client that did not ask for any', () => {
    const request = { reasoning: { summary: 'auto' } };
    const output = outputOf([think('hm'), thinkingEnd(own), redacted(own), use('a')], request);
    expect(output).toEqual([
      { id: expect.any(String), type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
      expect.objectContaining({ type: 'function_call' }),
    ]);
  });

  it('the signature of a call goes in front of it (T15)', () => {
    const signed: CallEvent = { ...use('a'), signature: { origin: 'gemini', value: 'g' } } as CallEvent;
    expect(outputOf([think('hm'), signed, more('a', '{}')])).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'hm' }] },
      { type: 'reasoning', summary: [], encrypted_content: 'gw1:gemini:call:g' },
      { type: 'function_call', call_id: 'a' },
    ]);
  });

  it('a call that is over is closed at once, whatever its arguments look like', () => {
    const over: CallEvent = { type: 'tool-use-end', choice: 0, id: 'a' };
    const types = parsed(writeFrames([start, use('a'), more('a', '{"x'), over])).map(
      (frame) => frame['type'],
    );
    expect(types.at(-1)).toBe('response.output_item.done');
    expect(outputOf([use('a'), more('a', '{"x'), over, over, more('a', 'late'), text('Hi')])).toMatchObject([
      { type: 'function_call', arguments: '{"x', status: 'completed' },
      { type: 'message' },
    ]);
  });

  it('two calls that share an id are two items', () => {
    expect(outputOf([use('a'), more('a', '{"x":1'), use('a'), more('a', '{}')])).toMatchObject([
      { call_id: 'a', arguments: '{"x":1' },
      { call_id: 'a', arguments: '{}' },
    ]);
  });

  it('a picture is the work of the image tool', () => {
    const image: CallEvent = { type: 'image', index: 0, base64: 'UklG', mediaType: 'image/webp' };
    const inline: CallEvent = { type: 'image-url', index: 1, url: 'data:image/png;base64,AAAA' };
    const linked: CallEvent = { type: 'image-url', index: 2, url: 'https://x/y.png' };
    const warnings = new Warnings();
    expect(outputOf([text('See: '), image, inline, linked], wishes, warnings)).toMatchObject([
      { type: 'message' },
      { type: 'image_generation_call', status: 'completed', output_format: 'webp', result: 'UklG' },
      { type: 'image_generation_call', status: 'completed', output_format: 'png', result: 'AAAA' },
    ]);
    expect(warnings.list.map(({ param }) => param)).toEqual(['image_url', 'usage']);
  });

  it('a refusal without words is not told as complete', () => {
    expect(writeWhole([start, text('Hi'), stop('refusal'), end])).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
    });
    expect(writeWhole([start, refuse('no'), stop('refusal'), end])).toMatchObject({ status: 'completed' });
  });

  it.each(['stop-text', 'pause', 'tool-use'] as const)('the end %s is complete', (reason) => {
    expect(writeWhole([start, text('Hi'), stop(reason), end])).toMatchObject({
      status: 'completed',
      incomplete_details: null,
    });
  });

  it('two namespaces may have a tool of one name', () => {
    const tool = { type: 'function', name: 'look' };
    const tools = [
      { type: 'namespace', name: 'docs', tools: [tool] },
      { type: 'namespace', name: 'web', tools: [tool] },
    ];
    expect(outputOf([use('a', 'look'), use('b', 'web__look')], { tools })).toMatchObject([
      { name: 'look', namespace: 'docs' },
      { name: 'look', namespace: 'web' },
    ]);
  });

  it('an error event is not its business', () => {
    expect(writeFrames([start, { type: 'error', message: 'no' }])).not.toContain('no"');
  });
});

describe("OpenAI's own helper", () => {
  function client(body: string): OpenAI {
    const answer = async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    return new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1:1/v1', fetch: answer, maxRetries: 0 });
  }

  it('accepts the stream', async () => {
    const events = [
      start,
      think('hm'),
      text('Hel'),
      text('lo'),
      use('c'),
      more('c', '{"a":1}'),
      stop(),
      usage,
    ];
    const stream = client(writeFrames([...events, end])).responses.stream({ model: 'm', input: 'hi' });
    const response = await stream.finalResponse();
    expect(response.output_text).toBe('Hello');
    expect(response.usage?.total_tokens).toBe(16);
    expect(response.output.map((item) => item.type)).toEqual(['reasoning', 'message', 'function_call']);
  });

  it('accepts signatures, pictures and free-form calls', async () => {
    const request = {
      reasoning: { summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      tools: [{ type: 'custom', name: 'sql' }],
    };
    const signature = { origin: 'gemini', value: 's' };
    const events: CallEvent[] = [
      ...[start, think('hm')],
      { type: 'thinking-end', choice: 0, signature },
      { type: 'redacted-thinking', choice: 0, signature },
      { type: 'image', index: 0, base64: 'AAAA', mediaType: 'image/png' },
      ...[use('c', 'sql'), more('c', '{"input":"SELECT 1"}')],
      { type: 'tool-use-end', choice: 0, id: 'c' },
      ...[text('Hi'), stop(), end],
    ];
    const stream = client(writeFrames(events, { request })).responses.stream({ model: 'm', input: 'hi' });
    const { output } = await stream.finalResponse();
    expect(output.map(({ type }) => type)).toEqual([
      ...['reasoning', 'reasoning', 'image_generation_call', 'custom_tool_call', 'message'],
    ]);
  });

  it('throws the failure at whoever waits for the answer', async () => {
    const failure = new GatewayError('upstream_error', 'gone');
    const stream = client(writeFrames([start, text('Hi')], {}, failure)).responses.stream({
      model: 'm',
      input: 'hi',
    });
    await expect(stream.finalResponse()).rejects.toThrow('gone');
  });
});

describe('what is written and read back', () => {
  const chunked = (json: string) =>
    fc.array(fc.nat(json.length), { maxLength: 4 }).map((cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), json.length];
      return at.slice(1).map((to, index) => json.slice(at[index], to));
    });
  const said = fc.string({ unit: 'binary', maxLength: 8 });
  const texts = fc.oneof(said.map(text), said.map(think), said.map(refuse));
  const argumentChunks = fc
    .oneof(fc.constant(''), fc.dictionary(said, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }))
    .chain((value) => chunked(value === '' ? '' : JSON.stringify(value)));
  const tool = (id: string) =>
    argumentChunks.map((chunks) => [use(id, `tool_${id}`), ...chunks.map((json) => more(id, json))]);
  const answer = fc
    .tuple(fc.array(texts, { maxLength: 6 }), tool('a'), tool('b'), fc.infiniteStream(fc.nat(2)))
    .map(([said, a, b, turns]) => interleave([said, a, b], turns));
  const sizes = fc.oneof(
    fc.constantFrom([1], [7], [100_000]),
    fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
  );
  const reason = fc.constantFrom<FinishReason>('stop', 'length', 'tool-use', 'content-filter', 'refusal');

  function interleave(queues: readonly CallEvent[][], turns: Stream<number>): CallEvent[] {
    const left = queues.map((queue) => [...queue]);
    const events: CallEvent[] = [];
    while (left.some((queue) => queue.length > 0)) {
      const event = left[turns.next().value ?? 0]?.shift();
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  function wanted(events: readonly CallEvent[], ending: FinishReason) {
    const isWordless =
      ending === 'refusal' && !events.some((event) => event.type === 'refusal-delta' && event.text !== '');
    const told = isWordless ? 'content-filter' : ending;
    const isCut = told === 'length' || told === 'content-filter';
    const { blocks } = Gist.of(events);
    const filled = blocks.map((block) =>
      tools.test(block.kind) && block.text === '' && !isCut ? { ...block, text: '{}' } : block,
    );
    // Both tools are always used, and that wins over every natural end.
    return { blocks: filled, tail: [usage, stop(isCut ? told : 'tool-use'), end] };
  }
  const tools = /^[ab] /;

  it('says the same, in a strict order, streamed or whole', () => {
    fc.assert(
      fc.property(answer, reason, sizes, (events, ending, pieces) => {
        const all = [start, ...events, usage, stop(ending), end];
        const frames = writeFrames(all);
        const response = StrictChecker.check(parsed(frames));
        const whole = writeWhole(all);
        expect(Gist.of(readBack(frames, pieces))).toEqual(wanted(events, ending));
        expect(whole).toEqual(response);
        expect(Gist.of(openAiResponses.eventsOfWhole(whole, answerReading))).toEqual(wanted(events, ending));
      }),
      { numRuns: 150 },
    );
  });
});

describe('blocks of an answer', () => {
  const request = { reasoning: { summary: 'auto' }, include: ['reasoning.encrypted_content'] };
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
  const signature = fc.record({
    origin: fc.constantFrom('openai', 'anthropic', 'gemini'),
    value: fc.base64String({ minLength: 4 }),
  });
  const thoughts = fc
    .tuple(word, fc.option(signature, { nil: undefined }))
    .map(([said, proof]): CallEvent[] => [
      think(said),
      { type: 'thinking-end', choice: 0, signature: proof },
    ]);
  const hidden = signature.map((proof): CallEvent[] => [
    { type: 'redacted-thinking', choice: 0, signature: proof },
  ]);
  const said = word.map((one) => [text(one)]);
  const picture = fc
    .base64String({ minLength: 4 })
    .map((base64): CallEvent[] => [{ type: 'image', index: 0, base64, mediaType: 'image/png' }]);
  const foreign = signature.map((proof) => ({ ...proof, origin: 'gemini' }));
  const call = fc
    .tuple(word, fc.option(foreign, { nil: undefined }))
    .map(([said, proof]): CallEvent[] => [
      { ...use('id'), ...(proof === undefined ? {} : { signature: proof }) } as CallEvent,
      more('id', JSON.stringify({ said })),
      { type: 'tool-use-end', choice: 0, id: 'id' },
    ]);
  const blocks = fc.array(fc.oneof(thoughts, hidden, said, picture, call), { maxLength: 6 });

  it('come back as they were, signatures and all, streamed or whole', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 60 }), (list, size) => {
        let images = 0;
        const events = list
          .flat()
          .map((event) => (event.type === 'image' ? { ...event, index: images++ } : event));
        const reason = events.some((event) => event.type === 'tool-use-start') ? 'tool-use' : 'stop';
        const all = [start, ...events, usage, stop(reason), end];
        const frames = writeFrames(all, { request });
        StrictChecker.check(parsed(frames));
        expect(readBack(frames, [size]).slice(1)).toEqual(all.slice(1));
        const whole = openAiResponses.eventsOfWhole(writeWhole(all, { request }), answerReading);
        expect(glued(whole.slice(1))).toEqual(glued(all.slice(1)));
      }),
      { numRuns: 100 },
    );
  });

  /** A whole answer has texts that stand side by side as one. */
  function glued(events: readonly CallEvent[]): CallEvent[] {
    const joined: CallEvent[] = [];
    for (const event of events) {
      const last = joined.at(-1);
      if (event.type !== 'text-delta' || last?.type !== 'text-delta') joined.push(event);
      else joined[joined.length - 1] = { ...last, text: last.text + event.text };
    }
    return joined;
  }
});

type Stream<T> = IterableIterator<T>;

/** Ends that follow from what is said. */
const silent = new Set<string>(['answer-start', 'thinking-end', 'tool-use-end']);

/** What an answer says, however it is cut up: its blocks in order of opening, its usage, its end. */
class Gist {
  readonly blocks: { kind: string; text: string }[] = [];
  readonly tail: CallEvent[] = [];
  #lastType: string | undefined;

  static of(events: readonly CallEvent[]) {
    const gist = new Gist();
    for (const event of events) gist.#add(event);
    return { blocks: gist.blocks, tail: gist.tail };
  }

  #add(event: CallEvent): void {
    if (event.type === 'tool-use-delta') this.#addArguments(event.id, event.arguments);
    else if ('text' in event) this.#addText(event.type, event.text);
    else if (event.type === 'tool-use-start') this.#open(`${event.id} ${event.name}`, event.type);
    else if (!silent.has(event.type)) this.tail.push(event);
  }

  #addArguments(id: string, json: string): void {
    const block = this.blocks.find(({ kind }) => kind.startsWith(`${id} `));
    if (block !== undefined) block.text += json;
  }

  #addText(type: string, said: string): void {
    if (said === '') return;
    if (this.#lastType !== type) this.#open(type, type);
    const block = this.blocks.at(-1);
    if (block !== undefined) block.text += said;
  }

  #open(kind: string, type: string): void {
    this.blocks.push({ kind, text: '' });
    this.#lastType = type;
  }
}
