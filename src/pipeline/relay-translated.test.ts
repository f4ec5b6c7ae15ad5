import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../model/call-event.ts';
import { SseSplitter } from '../model/sse.ts';
import type { EventSink } from './event-sink.ts';
import { TranslatedStream } from './relay-translated.ts';

const MEBIBYTE = Buffer.from(`: ${'x'.repeat(1024 * 1024 - 4)}\n\n`);

/** A stream of nothing but comments, however much comes. */
function endless(isFolded: boolean): TranslatedStream {
  const sink: EventSink = {
    outcome: { usage: undefined, error: undefined, contentTokens: 0, images: 0 },
    take: () => {},
    flush: () => {},
    end: () => {},
    fail: () => {},
  };
  const reader = { push: (): CallEvent[] => [], end: (): CallEvent[] => [] };
  return new TranslatedStream(sink, reader, new SseSplitter(2 * MEBIBYTE.length), isFolded);
}

describe('a stream that is translated', () => {
  it.each([
    [false, 128],
    [true, 256],
  ])('(folded: %s) may have %i MiB, and no more', (isFolded, most) => {
    const stream = endless(isFolded);
    for (let count = 0; count < most; count++) stream.push(MEBIBYTE);
    expect(() => stream.push(MEBIBYTE)).toThrow(/cut off/);
  });
});
