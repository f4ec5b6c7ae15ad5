import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import { SseFrame, SseSplitter } from '../../model/sse.ts';
import type { StreamListener } from '../dialect.ts';
import { openAiResponses } from './openai-responses.ts';

function newListener(): StreamListener {
  const listener = openAiResponses.streamListener?.();
  if (listener === undefined) throw new Error('the dialect has no listener');
  return listener;
}

function hearAll(text: string, listener = newListener(), size = text.length) {
  const splitter = new SseSplitter();
  const bytes = Buffer.from(text);
  const heard: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const frame of splitter.push(bytes.subarray(at, at + size))) heard.push(listener.hear(frame));
  }
  return { listener, heard: heard.filter((kind) => kind !== 'comment') };
}

const usage = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
  output_tokens: 6,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 16,
};
const usageHeard = {
  inputTokens: 10,
  outputTokens: 6,
  cachedInputTokens: 4,
  cacheWriteTokens: 1,
  reasoningTokens: 2,
};

const response = { id: 'resp_7', object: 'response', created_at: 5, model: 'm', output: [] };
const created = { type: 'response.created', sequence_number: 0, response: { ...response, usage: null } };
const delta = {
  type: 'response.output_text.delta',
  sequence_number: 1,
  output_index: 0,
  delta: 'ü"response.completed" response.failed error [DONE]',
};
const completed = { type: 'response.completed', sequence_number: 2, response: { ...response, usage } };

interface Dress {
  readonly lineEnd: string;
  readonly withEvent: boolean;
}

function dressed(events: readonly { type: string }[], { lineEnd, withEvent }: Dress): string {
  const frames = events.map((event) => {
    const name = withEvent ? `event: ${event.type}${lineEnd}` : '';
    return `${name}data: ${JSON.stringify(event)}${lineEnd}${lineEnd}: ping${lineEnd}${lineEnd}`;
  });
  return frames.join('');
}

const plain: Dress = { lineEnd: '\n', withEvent: true };

describe('a listener of a Responses stream', () => {
  const dresses = ['\n', '\r\n', '\r'].flatMap((lineEnd) =>
    [true, false].map((withEvent) => ({ lineEnd, withEvent })),
  );
  it.each(dresses)('hears usage and the end with %j, wherever the bytes are cut', (dress) => {
    const text = dressed([created, delta, completed], dress);
    for (const size of [1, 7, 64, 1000]) {
      const { listener, heard } = hearAll(text, newListener(), size);
      expect(heard).toEqual(['content', 'content', 'end']);
      expect(listener).toMatchObject({ isComplete: true, usage: usageHeard, error: undefined });
    }
  });

  it('takes an incomplete response for complete: it was only cut by its own limit', () => {
    const { listener, heard } = hearAll(dressed([{ ...completed, type: 'response.incomplete' }], plain));
    expect(heard).toEqual(['end']);
    expect(listener).toMatchObject({ isComplete: true, usage: usageHeard, error: undefined });
  });

  it('hears a failed response as complete, with its error', () => {
    const failed = { ...response, status: 'failed', error: { code: 'server_error', message: 'oh' } };
    const { listener, heard } = hearAll(
      dressed([{ type: 'response.failed', response: failed } as never], plain),
    );
    expect(heard).toEqual(['end']);
    expect(listener).toMatchObject({ isComplete: true, error: { code: 'server_error', message: 'oh' } });
  });

  it('hears an error event, nested or flat, as an error that is not the end', () => {
    const nested = { type: 'error', error: { type: 't', code: 'insufficient_quota', message: 'no' } };
    const flat = { type: 'error', code: 'insufficient_quota', message: 'no', param: null };
    for (const event of [nested, flat]) {
      const { listener, heard } = hearAll(dressed([created, event], plain));
      expect(heard).toEqual(['content', 'error']);
      expect(listener).toMatchObject({
        isComplete: false,
        error: { code: 'insufficient_quota', message: 'no' },
      });
    }
  });

  it.each([
    'data: {"error":{"message":"no"}}\n\n',
    'data: {"error":"no"}\n\n',
    'data: {"type":"error","message":"no","code":null}\n\n',
    'event: error\ndata: {"message":"no"}\n\n',
    'error: {"code":500,"message":"no","type":"server_error"}\n\n',
  ])('hears the error in %j', (text) => {
    const { listener, heard } = hearAll(text);
    expect(heard).toEqual(['error']);
    expect(listener.error?.message).toBe('no');
  });

  it('hears a bare JSON error after the last event', () => {
    const listener = newListener();
    expect(listener.hear(new SseFrame(Buffer.from('{"error":{"message":"shed"}}')))).toBe('error');
    expect(listener.error?.message).toBe('shed');
  });

  it('reads the type from the event line alone', () => {
    const text = `event: response.completed\ndata: ${JSON.stringify({ response: { usage } })}\n\n`;
    expect(hearAll(text).listener).toMatchObject({ isComplete: true, usage: usageHeard });
  });

  it('holds back [DONE], but does not take it for the end of a response', () => {
    const { listener, heard } = hearAll('data: [DONE]\n\n');
    expect(heard).toEqual(['end']);
    expect(listener.isComplete).toBe(false);
  });

  it.each([': ping\n\n', '\n', 'data:\n\n', 'event: ping\n\n', 'data: : error KEEPALIVE\n\n'])(
    'takes %j for a comment',
    (text) => {
      expect(newListener().hear(new SseFrame(Buffer.from(text)))).toBe('comment');
    },
  );

  it('owes no end marker', () => {
    expect(newListener().missingEnd()).toBe('');
  });
});

describe('the failure of a stream that has begun', () => {
  const error = new GatewayError('upstream_timeout', 'The backend fell silent.');

  function framesAfter(text: string) {
    const { listener } = hearAll(text);
    const frames = listener.errorFrames(error).trimEnd().split('\n\n');
    return frames.map((frame) => {
      const [event, data] = frame.split('\n');
      return { event, body: JSON.parse(data?.slice('data: '.length) ?? '') };
    });
  }

  it('is told as error and response.failed, going on where the stream stopped', () => {
    const [first, second] = framesAfter(dressed([created, delta], plain));
    expect(first).toEqual({
      event: 'event: error',
      body: {
        type: 'error',
        sequence_number: 2,
        code: 'upstream_timeout',
        message: 'The backend fell silent.',
        param: null,
      },
    });
    expect(second).toEqual({
      event: 'event: response.failed',
      body: {
        type: 'response.failed',
        sequence_number: 3,
        response: {
          ...response,
          status: 'failed',
          error: { code: 'server_error', message: 'The backend fell silent.' },
        },
      },
    });
  });

  it('takes the number of the error it stands for, and goes on behind what is no JSON', () => {
    const error = { type: 'error', sequence_number: 2, error: { message: 'no' } };
    const [first, second] = framesAfter(dressed([created, delta, error], plain));
    expect(first?.body.sequence_number).toBe(2);
    expect(second?.body.response.id).toBe('resp_7');
    expect(framesAfter('data: {error\n\n')).toHaveLength(2);
  });

  it('is told before the first event, too', () => {
    const [first, second] = framesAfter('');
    expect(first?.body.sequence_number).toBe(0);
    expect(second?.body).toMatchObject({ sequence_number: 1, response: { status: 'failed' } });
  });
});

describe('a whole answer', () => {
  it('tells its usage', () => {
    const heard = openAiResponses.hearWhole({ ...response, status: 'completed', error: null, usage });
    expect(heard).toEqual({ usage: usageHeard, error: undefined });
  });

  it('may be a failure in disguise', () => {
    const failed = { ...response, status: 'failed', error: { code: 'c', message: 'm' } };
    expect(openAiResponses.hearWhole(failed).error).toMatchObject({ code: 'c', message: 'm' });
    expect(openAiResponses.hearWhole({ error: { message: 'm' } }).error?.message).toBe('m');
    expect(openAiResponses.hearWhole('<html>').error?.message).toMatch(/no response/);
  });
});
