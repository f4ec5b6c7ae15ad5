import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dressings, framesOf } from '../../../test/support/stream-cuts.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonValue } from '../../model/json.ts';
import { hearWhole } from './hear-whole.ts';
import { streamListener } from './stream-listener.ts';

const event = (value: JsonValue) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (text: string, rest: object = {}, usageMetadata: object = { trafficType: 'ON_DEMAND' }) =>
  event({
    candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...rest }],
    usageMetadata,
  } as unknown as JsonValue);
const counts = (candidatesTokenCount: number) => ({
  promptTokenCount: 9,
  candidatesTokenCount,
  thoughtsTokenCount: 2,
});
const stop = { finishReason: 'STOP' };
const ordinary = chunk('a') + chunk('b', {}, counts(1)) + chunk('', stop, counts(4));

function hear(stream: string, sizes?: readonly number[]) {
  const listener = streamListener();
  const said = framesOf(stream, sizes).map((frame) => listener.hear(frame));
  return { listener, said: said.filter((word) => word !== 'comment') };
}

const summary = (stream: string, sizes?: readonly number[]) => {
  const { listener, said } = hear(stream, sizes);
  return [said, listener.isComplete, listener.usage, listener.error, listener.missingEnd()];
};

describe('the listener of Gemini', () => {
  it('hears an ordinary stream, and the last usage that counts anything', () => {
    const { listener, said } = hear(ordinary + chunk(''));
    expect(said).toEqual(['content', 'content', 'content', 'content']);
    expect(listener.isComplete).toBe(true);
    expect(listener.usage).toMatchObject({ inputTokens: 9, outputTokens: 6, reasoningTokens: 2 });
    expect(listener.usage).toMatchObject({ outputTokens: 6 });
    expect(listener.missingEnd()).toBe('');
  });

  it.each(Object.entries(dressings(ordinary)))(
    'hears the same with %s, one byte at a time',
    (_name, stream) => {
      expect(summary(stream, [1])).toEqual(summary(ordinary));
    },
  );

  it('hears the same wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }), (sizes) => {
        expect(summary(ordinary, sizes)).toEqual(summary(ordinary));
      }),
    );
  });

  it('knows usage while the stream still runs, and again when it has grown', () => {
    const listener = streamListener();
    for (const frame of framesOf(chunk('b', {}, counts(1)))) listener.hear(frame);
    expect(listener.usage?.outputTokens).toBe(3);
    for (const frame of framesOf(chunk('', stop, counts(4)))) listener.hear(frame);
    expect(listener.usage?.outputTokens).toBe(6);
  });

  it.each<[string, string, boolean]>([
    ['cut off', chunk('a'), false],
    ['with a reason that is none', chunk('a', { finishReason: 'FINISH_REASON_UNSPECIFIED' }), false],
    ['whose second candidate finished', chunk('a', { index: 1, ...stop }), false],
    ['whose reason stands alone', chunk('a') + event({ candidates: [stop] }), true],
    ['whose prompt was blocked', event({ promptFeedback: { blockReason: 'SAFETY' } }), true],
    ['that talks of reasons', chunk('"finishReason": "STOP"'), false],
  ])('a stream %s: complete is %s', (_name, stream, isComplete) => {
    expect(hear(stream).listener.isComplete).toBe(isComplete);
  });

  it.each<[string, string]>([
    ['as an event', event({ error: { code: 503, message: 'm' } })],
    ['as bare JSON behind the last event (T6)', '{"error":\n{"code":503,"message":"m"}}'],
    ['in a list', event([{ error: { code: 503, message: 'm' } }])],
  ])('hears an error %s', (_name, failure) => {
    const { listener, said } = hear(chunk('a') + failure);
    expect(said).toEqual(['content', 'error']);
    expect(listener.error).toMatchObject({ message: 'm', meaning: 'overloaded' });
    expect(hear(ordinary + failure).listener.isComplete).toBe(false);
  });

  it('is not misled by arguments called error, nor by texts', () => {
    const call = event({
      candidates: [
        { content: { parts: [{ functionCall: { name: 'f', args: { error: 'x', finishReason: 'STOP' } } }] } },
      ],
    });
    expect(hear(call)).toMatchObject({
      said: ['content'],
      listener: { isComplete: false, error: undefined },
    });
  });

  it('drops a [DONE], on which the SDK would throw, and tells garbage for what it is', () => {
    expect(hear(`${ordinary}data: [DONE]\n\n`).said.at(-1)).toBe('nothing');
    expect(hear('data: oops\n\n').said).toEqual(['error']);
    expect(hear('data: 5\n\n').said).toEqual(['error']);
  });

  it('tells a failure as an event', () => {
    const frames = streamListener().errorFrames(new GatewayError('upstream_timeout', 'm'));
    expect(frames).toMatch(/^data: \{"error":\{"code":504,.*\}\n\n$/);
  });
});

describe('what a whole answer says about itself', () => {
  it.each<[JsonValue, object]>([
    [{ candidates: [], usageMetadata: counts(3) }, { usage: { inputTokens: 9, outputTokens: 5 } }],
    [{ promptFeedback: { blockReason: 'OTHER' } }, { usage: undefined }],
    [
      { candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png' } }, { text: 'a' }] } }] },
      { images: 1 },
    ],
    [
      { error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED' } },
      { error: { meaning: 'rate-limited' } },
    ],
    [[{ error: { message: 'm' } }] as unknown as JsonValue, { error: { message: 'm' } }],
    [{}, { error: { message: "the backend's answer has no candidates" } }],
    ['<html>', { error: {} }],
  ])('%j', (answer, heard) => {
    expect(hearWhole(answer)).toMatchObject(heard);
    if (!('error' in heard)) expect(hearWhole(answer).error).toBeUndefined();
  });

  it('adds up a list of chunks', () => {
    const chunks = [
      { candidates: [], usageMetadata: counts(1) },
      { candidates: [], usageMetadata: counts(4) },
      { candidates: [] },
    ];
    expect(hearWhole(chunks)).toMatchObject({ usage: { outputTokens: 6 } });
  });
});
