import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dressings, framesOf } from '../../../test/support/stream-cuts.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { SseFrame } from '../../model/sse.ts';
import type { StreamListener } from '../dialect.ts';
import { streamListener } from './stream-listener.ts';

const chunk = (rest: object) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', ...rest })}\n\n`;
const delta = (content: string, index = 0) =>
  chunk({ choices: [{ index, delta: { content }, logprobs: null, finish_reason: null }], usage: null });
const finish = (reason: string, index = 0) =>
  chunk({ choices: [{ index, delta: {}, logprobs: null, finish_reason: reason }], usage: null });
const counts = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const usage = chunk({ choices: [], usage: counts });
const done = 'data: [DONE]\n\n';

interface Heard {
  readonly listener: StreamListener;
  /** What was said of the frames, keep-alives left out. */
  readonly said: string[];
}

function hear(stream: string, sizes?: readonly number[]): Heard {
  const listener = streamListener();
  const said = framesOf(stream, sizes).map((frame) => listener.hear(frame));
  return { listener, said: said.filter((word) => word !== 'comment') };
}

function summary({ listener, said }: Heard): unknown {
  return [said, listener.isComplete, listener.usage, listener.error, listener.missingEnd()];
}

describe('the listener of chat', () => {
  it('hears an ordinary stream', () => {
    const { listener, said } = hear(delta('') + delta('Hi') + finish('stop') + usage + done);
    expect(said).toEqual(['content', 'content', 'content', 'usage', 'end']);
    expect(listener.isComplete).toBe(true);
    expect(listener.usage).toMatchObject({ inputTokens: 9, outputTokens: 3 });
    expect(listener.missingEnd()).toBe('');
    expect(listener.error).toBeUndefined();
  });

  it('is complete after a finish reason, and knows the end that the backend left out', () => {
    const { listener } = hear(delta('Hi') + finish('length'));
    expect(listener.isComplete).toBe(true);
    expect(listener.missingEnd()).toBe(done);
  });

  it('is not complete when the stream was cut off', () => {
    const { listener } = hear(delta('Hi') + delta(' there'));
    expect(listener.isComplete).toBe(false);
    expect(listener.missingEnd()).toBe('');
  });

  it('waits for every choice that appeared', () => {
    const half = hear(delta('a') + delta('b', 1) + finish('stop'));
    expect(half.listener.isComplete).toBe(false);
    expect(hear(delta('a') + delta('b', 1) + finish('stop') + finish('stop', 1)).listener.isComplete).toBe(
      true,
    );
  });

  it('does not take the index of a second tool call for a second choice', () => {
    const call = chunk({
      choices: [{ delta: { tool_calls: [{ index: 1, id: 'b' }] }, index: 0, finish_reason: null }],
    });
    expect(hear(call + finish('tool_calls')).listener.isComplete).toBe(true);
  });

  it('lets usage on a content chunk through, and keeps the last of several', () => {
    const mixed = chunk({
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      usage: { ...counts, completion_tokens: 1 },
    });
    const { listener, said } = hear(mixed + usage);
    expect(said).toEqual(['content', 'usage']);
    expect(listener.usage?.outputTokens).toBe(3);
  });

  it('finds usage where Groq and Kimi put it, and in a chunk without choices', () => {
    const groq = chunk({
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      x_groq: { id: 'r', usage: counts },
    });
    const kimi = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: counts }] });
    for (const stream of [groq, kimi]) expect(hear(stream).listener.usage?.inputTokens).toBe(9);
    expect(hear(chunk({ usage: counts })).said).toEqual(['usage']);
  });

  it("drops Azure's frames about its filters, which carry nothing of the answer", () => {
    const empty = { id: '', object: '', created: 0, model: '' };
    const first = chunk({ ...empty, choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
    const offsets = { check_offset: 44, start_offset: 44, end_offset: 198 };
    const filtered = { index: 0, finish_reason: null, content_filter_offsets: offsets };
    const later = chunk({ ...empty, choices: [{ ...filtered, content_filter_results: {} }] });
    const { listener, said } = hear(first + delta('Hi') + later + finish('stop') + later + done);
    expect(said).toEqual(['nothing', 'content', 'nothing', 'content', 'nothing', 'end']);
    expect(listener.isComplete).toBe(true);
    expect(hear(chunk({ choices: [], prompt_filter_results: [] })).said).toEqual(['nothing']);
  });

  it('lets through whatever has a text, an end or usage, with or without an id', () => {
    const choices = [{ index: 0, delta: { content: 'a' } }];
    expect(hear(chunk({ id: '', choices })).said).toEqual(['content']);
    expect(hear(chunk({ id: '', choices: [{ index: 0, text: 'a' }] })).said).toEqual(['content']);
    expect(hear(chunk({ id: '', choices: [{ index: 0, finish_reason: 'stop' }] })).said).toEqual(['content']);
    expect(hear(chunk({ id: '', choices: [], usage: counts })).said).toEqual(['usage']);
    expect(hear(chunk({ choices: [] })).said).toEqual(['content']);
  });

  it('is not taken in by text that looks like news', () => {
    const text = '{"usage":{"prompt_tokens":1},"finish_reason":"stop","error":{"message":"x"}}';
    const { listener, said } = hear(delta(text));
    expect(said).toEqual(['content']);
    expect([listener.usage, listener.isComplete, listener.error]).toEqual([undefined, false, undefined]);
  });

  it.each([
    ['in an envelope', 'data: {"error":{"message":"Boom","code":"overloaded"}}\n\n', 'Boom', 'overloaded'],
    ['as text', 'data: {"error":"Boom"}\n\n', 'Boom', undefined],
    [
      'beside empty choices',
      'data: {"choices":[],"usage":null,"error":{"message":"Boom"}}\n\n',
      'Boom',
      undefined,
    ],
    ['under event: error', 'event: error\ndata: {"error":{"message":"Boom"}}\n\n', 'Boom', undefined],
    ['flat under event: error', 'event: error\ndata: {"message":"Boom","code":"c"}\n\n', 'Boom', 'c'],
    ['with the event line last', 'data: {"message":"Boom"}\nevent: error\n\n', 'Boom', undefined],
    ['as plain text under event: error', 'event: error\ndata: Boom\n\n', 'Boom', undefined],
    ['as llama.cpp did', 'error: {"code":500,"message":"Boom","type":"server_error"}\n\n', 'Boom', undefined],
    ['as llama.cpp did, in an envelope', 'error: {"error":{"message":"Boom"}}\n\n', 'Boom', undefined],
    ['as bare JSON after the stream', '{"error":{"message":"Boom"}}', 'Boom', undefined],
  ])('hears an error %s', (_, frame, message, code) => {
    const { listener, said } = hear(delta('Hi') + frame);
    expect(said).toEqual(['content', 'error']);
    expect(listener.error).toMatchObject({ message });
    expect(listener.error?.code).toBe(code);
    expect(listener.isComplete).toBe(false);
    expect(listener.missingEnd()).toBe('');
  });

  it('lets a null error through', () => {
    expect(hear(chunk({ error: null, choices: [{ index: 0, delta: {} }] })).said).toEqual(['content']);
    expect(hear(chunk({ error: false, choices: [{ index: 0, delta: {} }] })).said).toEqual(['content']);
  });

  it('does not take a finish reason that means failure for an end', () => {
    const { listener } = hear(delta('Hi') + finish('error') + done);
    expect(listener.isComplete).toBe(false);
    expect(listener.error?.message).toContain('finish_reason error');
  });

  it.each([
    'data: {"choices":[\n\n',
    'data: null\n\n',
    'data: 7\n\n',
    'data: oops\n\n',
    'data: ["a"]\n\n',
    'data: {\ndata: }}\n\n',
  ])('takes the garbage %j for an error', (frame) => {
    const { listener, said } = hear(frame);
    expect(said).toEqual(['error']);
    expect(listener.error?.message).toContain('not a JSON object');
  });

  it.each([
    ': ping\n\n',
    '\n\n',
    'event: ping\n\n',
    'data:\n\n',
    'data: : KEEPALIVE\n\n',
    'id: 7\nretry: 100\n\n',
  ])('takes %j for a keep-alive', (frame) => {
    expect(framesOf(frame).map((one) => streamListener().hear(one))).toEqual(['comment']);
  });

  it.each([
    'data: [DONE]\n\n',
    'data:[DONE]\n\n',
    'data: [DONE]  \n\n',
    'data: [DONE]',
    'data: [DONE]\r\n\r\n',
    ': last\ndata: [DONE]\n\n',
  ])('takes %j for the end', (frame) => {
    const { listener, said } = hear(delta('Hi') + frame);
    expect(said).toEqual(['content', 'end']);
    expect(listener.isComplete).toBe(true);
  });

  it('reads data that stands on several lines', () => {
    const { listener } = hear(
      'data: {"choices":[],\ndata: "usage":{"prompt_tokens":4,"completion_tokens":2}}\n\n',
    );
    expect(listener.usage).toMatchObject({ inputTokens: 4, outputTokens: 2 });
  });

  it('reads members however they are spaced', () => {
    const { listener } = hear(
      'data: { "choices" : [ { "index" : 0, "finish_reason" : "stop" } ], "usage" : null }\n\n',
    );
    expect(listener.isComplete).toBe(true);
  });

  it('hears the same with every line end, after a BOM, between comments, and in any pieces', () => {
    const stream = delta('é😀') + delta('b', 1) + finish('stop') + finish('length', 1) + usage + done;
    const wanted = summary(hear(stream));
    for (const [name, dressed] of Object.entries(dressings(stream))) {
      for (const sizes of [[1], [7], undefined])
        expect([name, summary(hear(dressed, sizes))]).toEqual([name, wanted]);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
          expect(summary(hear(dressed, sizes))).toEqual(wanted);
        }),
        { numRuns: 30 },
      );
    }
  });

  it('never throws, whatever the bytes', () => {
    const anyFrame = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string().map((text) => `data: ${text}\n\n`),
      fc.json().map((text) => `data: {"choices":${text},"usage":${text},"error":${text}}\n\n`),
    );
    fc.assert(
      fc.property(anyFrame, (text) => {
        const listener = streamListener();
        listener.hear(new SseFrame(Buffer.from(text)));
        expect(typeof listener.isComplete).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  it('writes a failure in the form of the stream, without an end marker', () => {
    const frames = streamListener().errorFrames(new GatewayError('upstream_timeout', 'Too slow.'));
    expect(frames).toBe(
      'data: {"error":{"message":"Too slow.","type":"server_error","param":null,"code":"upstream_timeout"}}\n\n',
    );
  });
});
