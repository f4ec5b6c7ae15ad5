import { describe, expect, it, vi } from 'vitest';
import { framesOf } from '../../../test/support/stream-cuts.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader } from './read-events.ts';
import { CohereListener } from './stream-listener.ts';

const usage = { tokens: { input_tokens: 9, output_tokens: 4 }, cached_tokens: 2 };
const text = (text: string) =>
  `event: content-delta\ndata: ${JSON.stringify({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } })}\n\n`;
const end = (delta: object) =>
  `event: message-end\ndata: ${JSON.stringify({ type: 'message-end', delta })}\n\n`;

function listen(stream: string) {
  const listener = new CohereListener();
  return { listener, heard: framesOf(stream).map((frame) => listener.hear(frame)) };
}

describe("the listener of Cohere's chat", () => {
  it('hears usage and the end', () => {
    const { listener, heard } = listen(`${text('Hi')}: ping\n\n${end({ finish_reason: 'COMPLETE', usage })}`);
    expect(heard).toEqual(['content', 'comment', 'end']);
    expect(listener.usage).toEqual({ inputTokens: 9, outputTokens: 4, cachedInputTokens: 2 });
    expect(listener).toMatchObject({ isComplete: true, error: undefined });
    expect(listener.missingEnd()).toBe('');
  });

  it('parses no event that only carries content', () => {
    const parse = vi.spyOn(JSON, 'parse');
    listen(text('Hi') + text('there'));
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('is not fooled by a text that speaks of ends and errors', () => {
    const { listener, heard } = listen(text('message-end') + text('"error": "type"'));
    expect(heard).toEqual(['content', 'content']);
    expect(listener.isComplete).toBe(false);
  });

  it.each([
    ['a failed end', end({ finish_reason: 'ERROR', error: 'oh no', usage }), 'oh no'],
    ['an error body', 'data: {"message":"oh no","id":"1"}\n\n', 'oh no'],
    ['a bare error body', '{"message":"oh no"}', 'oh no'],
    ['an error object', 'data: {"type":"error","error":{"message":"oh no"}}\n\n', 'oh no'],
  ])('hears %s', (_, frame, message) => {
    const { listener, heard } = listen(text('Hi') + frame);
    expect(heard.at(-1)).toBe('error');
    expect(listener.error?.message).toBe(message);
    expect(listener.isComplete).toBe(false);
  });

  it('writes a failure that the reader of this dialect understands', () => {
    const frames = new CohereListener().errorFrames(new GatewayError('upstream_error', 'The backend left.'));
    const reader = eventReader({ warnings: new Warnings(), quirks: ordinaryQuirks });
    expect(
      framesOf(frames)
        .flatMap((frame) => reader.push(frame))
        .at(-1),
    ).toMatchObject({
      type: 'error',
      message: 'The backend left.',
    });
  });
});
