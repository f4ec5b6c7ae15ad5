import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import { LineFrame, LineSplitter } from '../../model/ndjson.ts';
import { LineListener } from './line-listener.ts';
import { hasNews } from './line-scan.ts';

const line = (piece: object) => `${JSON.stringify({ model: 'm', created_at: 'now', ...piece })}\n`;
const content = line({ message: { role: 'assistant', content: 'é' }, done: false });
const last = line({
  message: { role: 'assistant', content: '' },
  done: true,
  prompt_eval_count: 9,
  eval_count: 3,
});

function hear(stream: string, size = Number.MAX_SAFE_INTEGER) {
  const listener = new LineListener();
  const splitter = new LineSplitter();
  const bytes = Buffer.from(stream);
  const frames = [];
  for (let at = 0; at < bytes.length; at += size)
    frames.push(...splitter.push(bytes.subarray(at, at + size)));
  const rest = splitter.last();
  const said = [...frames, ...(rest === undefined ? [] : [rest])].map((frame) => listener.hear(frame));
  return { listener, said };
}

describe('the listener of lines', () => {
  it('hears an ordinary stream, whole or a byte at a time, with either line end, or none at the end', () => {
    for (const stream of [
      content + last,
      (content + last).replaceAll('\n', '\r\n'),
      (content + last).trimEnd(),
    ]) {
      for (const size of [1, 7, 1000]) {
        const { listener, said } = hear(stream, size);
        expect(said).toEqual(['content', 'end']);
        expect(listener.isComplete).toBe(true);
        expect(listener.usage).toEqual({ inputTokens: 9, outputTokens: 3 });
        expect(listener.missingEnd()).toBe('');
      }
    }
  });

  it('hears how long the model took to load, if it had to be', () => {
    const loaded = (ms: number) => line({ done: true, load_duration: ms * 1e6, eval_count: 1 });
    expect(hear(content + loaded(2_500)).listener.loadMs).toBe(2_500);
    expect(hear(content + loaded(20)).listener.loadMs).toBeUndefined();
    expect(hear(content + last).listener.loadMs).toBeUndefined();
  });

  it('is not complete when the stream was cut off, even within its last line (T5)', () => {
    expect(hear(content).listener.isComplete).toBe(false);
    expect(hear(content + last.slice(0, 60)).listener.isComplete).toBe(false);
    expect(hear('').listener.isComplete).toBe(false);
  });

  it('hears an error in a line of its own', () => {
    const { listener, said } = hear(`${content}{"error":"server busy, please try again"}\n`);
    expect(said).toEqual(['content', 'error']);
    expect(listener.error).toEqual({ message: 'server busy, please try again', meaning: 'overloaded' });
    expect(listener.isComplete).toBe(false);
  });

  it('takes a line that is no JSON for an error, and repeats nothing of it', () => {
    const { listener, said } = hear('<html>secret</html>\n');
    expect(said).toEqual(['error']);
    expect(listener.error?.message).not.toContain('secret');
  });

  it('passes over empty lines', () => {
    expect(hear(`\n${content}\r\n${last}`).said).toEqual(['comment', 'content', 'comment', 'end']);
  });

  it('is not misled by words in the text or in the arguments of a tool', () => {
    const tricky = [
      line({ message: { content: '"done":true {"error":"x"}' }, done: false }),
      line({
        message: { tool_calls: [{ function: { name: 'f', arguments: { done: true, error: 'x' } } }] },
        done: false,
      }),
      line({ error: null, done: false }),
    ];
    expect(hear(tricky.join('')).said).toEqual(['content', 'content', 'content']);
    const late = line({
      message: { tool_calls: [{ function: { arguments: { done: false } } }] },
      done: true,
    });
    expect(hear(late).said).toEqual(['end']);
  });

  it('writes a failure as a line', () => {
    const frames = new LineListener().errorFrames(new GatewayError('upstream_timeout', 'Too slow.'));
    expect(frames).toBe('{"error":"Too slow."}\n');
  });

  it('parses nothing that carries nothing: the scan tells by bytes, and never a false no', () => {
    const plain = new LineFrame(Buffer.from(content));
    plain.data = () => {
      throw new Error('parsed');
    };
    expect(new LineListener().hear(plain)).toBe('content');
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('done', 'error', 'a', 'message'), fc.jsonValue()),
        (piece) => {
          const isNews = piece['done'] === true || Boolean(piece['error']);
          if (isNews)
            expect(hasNews(Buffer.from(JSON.stringify(piece, null, 1).replaceAll('\n', ' ')))).toBe(true);
        },
      ),
    );
  });
});
