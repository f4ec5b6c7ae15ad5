import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message } from '../../model/call.ts';
import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { LineSplitter } from '../../model/ndjson.ts';
import { Warnings } from '../../model/warnings.ts';
import type { WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { ollamaGenerate } from './ollama-generate.ts';

const png = 'iVBORw0KGgo=';
const address = { route: '/api/generate', model: undefined, query: '' };

function read(body: object, isLenient = false) {
  const warnings = new Warnings(isLenient);
  const call = ollamaGenerate.readCall({ model: 'm', ...body } as JsonObject, { address, warnings });
  return { call: call as GenerationCall, warnings: warnings.asHeader() };
}

const system: Message = { role: 'system', parts: [{ type: 'text', text: 'S' }] };
const user: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };

describe('reading a generate request', () => {
  it('says to routing what a chat says', () => {
    expect(
      ollamaGenerate.readAsked({ model: 'm', prompt: 'x', options: { num_predict: 5 } }, address),
    ).toEqual({
      operation: 'completions',
      model: 'm',
      isStream: true,
      wantsStreamUsage: true,
      outputTokensMax: 5,
      choices: 1,
      sessionKey: undefined,
    });
    expect(() => ollamaGenerate.readAsked({ prompt: ['x'] }, address)).toThrow('"prompt" must be a string.');
  });

  it('reads a prompt as a talk of one message, for the model’s template stands around it', () => {
    const { call, warnings } = read({
      prompt: 'Hi',
      system: 'S',
      think: true,
      format: 'json',
      options: { top_k: 1 },
    });
    expect(call).toMatchObject({
      messages: [system, user],
      topK: 1,
      reasoning: { effort: 'medium' },
      responseFormat: { type: 'json-object' },
    });
    expect(call.isRawPrompt).toBeUndefined();
    expect(warnings).toBe('');
  });

  it('reads pictures', () => {
    expect(read({ prompt: 'Hi', images: [png] }).call.messages[0]?.parts).toEqual([
      { type: 'text', text: 'Hi' },
      { type: 'image', url: `data:image/png;base64,${png}` },
    ]);
    expect(() => read({ prompt: 'Hi', images: ['!'] })).toThrow('"images[0]" must be a picture in base64.');
  });

  it('reads a suffix as a gap to fill', () => {
    expect(read({ prompt: 'a', suffix: 'c' }).call).toMatchObject({ isRawPrompt: true, suffix: 'c' });
  });

  it.each([{}, { prompt: '' }, { prompt: '', system: 'S', keep_alive: 0 }])(
    'reads %j as a call without messages',
    (body) => {
      expect(read(body)).toMatchObject({ call: { messages: [], extra: {} }, warnings: '' });
    },
  );

  it.each([
    [{ template: 'T' }, 'template'],
    [{ raw: true }, 'raw'],
    [{ context: [1] }, 'context'],
  ])('refuses %j', (rest, param) => {
    expect(() => read({ prompt: 'x', ...rest })).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', details: expect.objectContaining({ param }) }),
    );
    expect(read({ prompt: 'x', ...rest }, true).warnings).toContain(`dropped;param=${param}`);
  });

  it('takes what asks for nothing special for absent', () => {
    expect(read({ prompt: 'x', template: '', raw: false, context: [], suffix: '' }).warnings).toBe('');
  });
});

describe('writing a generate request', () => {
  const plain: GenerationCall = {
    kind: 'generation',
    model: 'm',
    messages: [user],
    tools: [],
    stop: [],
    choices: 1,
    extra: {},
  };
  const write = (changes: Partial<GenerationCall>, isLenient = false) => {
    const warnings = new Warnings(isLenient);
    const writing = { isStream: false, warnings, quirks: ordinaryQuirks, outputTokensMax: undefined };
    const request = ollamaGenerate.writeRequest?.({ ...plain, ...changes }, writing);
    return { request, warnings: warnings.asHeader() };
  };
  const picture: Message = {
    role: 'user',
    parts: [...user.parts, { type: 'image', url: `data:;base64,${png}` }],
  };

  const cases: [string, Partial<GenerationCall>, object][] = [
    ['one message', {}, { prompt: 'Hi' }],
    ['a system prompt', { messages: [system, user] }, { prompt: 'Hi', system: 'S' }],
    ['a raw prompt', { isRawPrompt: true }, { prompt: 'Hi', raw: true }],
    [
      'a system prompt before a raw one, where Ollama refuses `system`',
      { isRawPrompt: true, messages: [system, user] },
      { prompt: 'S\n\nHi', raw: true },
    ],
    [
      'a suffix, for which the template is needed',
      { isRawPrompt: true, suffix: 'c' },
      { prompt: 'Hi', suffix: 'c' },
    ],
    ['a picture', { messages: [picture] }, { prompt: 'Hi', images: [png] }],
    [
      'options',
      { temperature: 1, extra: { mirostat: 1 } },
      { prompt: 'Hi', options: { mirostat: 1, temperature: 1 } },
    ],
    [
      'tools that may not be used',
      { tools: [{ name: 'f' }], toolChoice: { mode: 'none' } },
      { prompt: 'Hi' },
    ],
  ];
  it.each(cases)('writes %s', (_, changes, wanted) => {
    expect(write(changes)).toEqual({ request: { model: 'm', ...wanted, stream: false }, warnings: '' });
  });

  const assistant: Message = { role: 'assistant', parts: user.parts };
  it.each<[string, Partial<GenerationCall>]>([
    ['messages', { messages: [user, assistant, user] }],
    ['messages', { messages: [assistant] }],
    ['tools', { tools: [{ name: 'f' }] }],
    ['n', { choices: 2 }],
  ])('refuses %s, and goes on on a lenient route', (param, changes) => {
    expect(() => write(changes)).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', details: expect.objectContaining({ param }) }),
    );
    expect(write(changes, true).warnings).toContain(`dropped;param=${param}`);
  });

  it('has no place for embeddings', () => {
    const writing = {
      isStream: false,
      warnings: new Warnings(),
      quirks: ordinaryQuirks,
      outputTokensMax: undefined,
    };
    const call = { kind: 'embeddings', model: 'm', inputs: ['x'], extra: {} } as const;
    expect(() => ollamaGenerate.writeRequest?.(call, writing)).toThrow('embeddings');
  });
});

describe('the answer of generate', () => {
  const created_at = '2026-02-12T21:51:32.5Z';
  const reading = { warnings: new Warnings(), quirks: ordinaryQuirks };
  const lines = [
    { model: 'm', created_at, response: '', thinking: 'Hm', done: false },
    { model: 'm', created_at, response: 'Hi', done: false },
    {
      model: 'm',
      created_at,
      response: '',
      done: true,
      done_reason: 'length',
      context: [1],
      prompt_eval_count: 9,
      eval_count: 3,
    },
  ];
  const events: CallEvent[] = [
    { type: 'answer-start', model: 'm', createdS: 1770933092 },
    { type: 'thinking-delta', choice: 0, text: 'Hm' },
    { type: 'text-delta', choice: 0, text: 'Hi' },
    { type: 'usage', usage: { inputTokens: 9, outputTokens: 3 } },
    { type: 'choice-end', choice: 0, reason: 'length' },
    { type: 'answer-end' },
  ];
  const stream = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const context: WriterContext = {
    requestId: 'r',
    model: 'mine',
    createdS: 1770933092,
    elapsedMs: () => 100,
    withUsage: true,
    inputTokensEstimate: 1,
    request: { prompt: 'x' },
    address,
    warnings: new Warnings(),
  };

  it.each([1, 13, 1000])('is read out of a stream cut every %i bytes', (size) => {
    const reader = ollamaGenerate.eventReader?.(reading);
    const splitter = new LineSplitter();
    const bytes = Buffer.from(stream);
    const read: CallEvent[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      for (const frame of splitter.push(bytes.subarray(at, at + size)))
        read.push(...(reader?.push(frame) ?? []));
    }
    expect([...read, ...(reader?.end() ?? [])]).toEqual(events);
  });

  it('is read whole; an empty object is none, and neither is a loaded model (T25)', () => {
    const whole = { ...lines[2], response: 'Hi', thinking: 'Hm' };
    expect(ollamaGenerate.eventsOfWhole(whole, reading)).toEqual(events);
    expect(ollamaGenerate.hearWhole(whole)).toEqual({ usage: { inputTokens: 9, outputTokens: 3 } });
    expect(ollamaGenerate.hearWhole({ done: true }).error).toBeDefined();
    const loaded = { model: 'm', response: '', done: true, done_reason: 'load' };
    expect(ollamaGenerate.eventsOfWhole(loaded, reading)).toMatchObject([{ type: 'error' }]);
  });

  it('is written with `response`, streamed and whole, and without `context`', () => {
    const writer = ollamaGenerate.frameWriter?.(context);
    const written = events.map((event) => writer?.push(event)).join('');
    const head = { model: 'mine', created_at: '2026-02-12T21:51:32.000000000Z' };
    const parsed = written
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject);
    expect(parsed.slice(0, 2)).toEqual([
      { ...head, response: '', thinking: 'Hm', done: false },
      { ...head, response: 'Hi', done: false },
    ]);
    const whole = ollamaGenerate.wholeWriter(context);
    for (const event of events) whole.push(event);
    const end = { done: true, done_reason: 'length', prompt_eval_count: 9, eval_count: 3 };
    expect(parsed[2]).toMatchObject({ ...head, response: '', ...end });
    expect(whole.finish()).toMatchObject({ ...head, response: 'Hi', thinking: 'Hm', ...end });
    expect(written).not.toContain('context');
  });

  it('is listened to as a chat is', () => {
    const listener = ollamaGenerate.streamListener?.();
    const said = new LineSplitter().push(Buffer.from(stream)).map((frame) => listener?.hear(frame));
    expect([said, listener?.usage]).toEqual([
      ['content', 'content', 'end'],
      { inputTokens: 9, outputTokens: 3 },
    ]);
  });
});

describe('edits of a generate request', () => {
  const edited = (text: string, wishes: { model?: string; systemPrompt?: string }) => {
    const bytes = Buffer.from(text);
    const body = JSON.parse(text) as JsonObject;
    const outline = outlineJson(bytes, { depthMax: 99, valuesMax: 9999 });
    const asked = ollamaGenerate.readAsked(body, address);
    const edits = ollamaGenerate.planEdits(outline, body, asked, {
      forceStreamUsage: true,
      warnings: new Warnings(),
      ...wishes,
    });
    return applyEdits(bytes, edits).toString();
  };

  it.each([
    ['{"prompt":"x","context":[1]}', {}, '{"prompt":"x","context":[1]}'],
    [
      '{"prompt":"x","system":"mine"}',
      { systemPrompt: '"S"' },
      '{"prompt":"x","system":"\\"S\\"\\n\\nmine"}',
    ],
    ['{"prompt":"x"}', { systemPrompt: 'S', model: 'm' }, '{"model":"m","system":"S","prompt":"x"}'],
    ['{"system":null,"prompt":"x"}', { systemPrompt: 'S' }, '{"system":"S","prompt":"x"}'],
    ['{"system":"","prompt":"x"}', { systemPrompt: 'S' }, '{"system":"S","prompt":"x"}'],
    ['{"prompt":"x","raw":true}', { systemPrompt: 'S' }, '{"prompt":"S\\n\\nx","raw":true}'],
    ['{"prompt":""}', { systemPrompt: 'S' }, '{"prompt":""}'],
    ['{"model":"a"}', { systemPrompt: 'S', model: 'm' }, '{"model":"m"}'],
  ])('%s with %j', (text, wishes, wanted) => {
    expect(edited(text, wishes)).toBe(wanted);
  });
});
