import { SseFrame, SseSplitter } from '../../src/model/sse.ts';

/** The same stream with each of the line ends that servers use, after a BOM, and with comments in between. */
export function dressings(stream: string): Record<string, string> {
  return {
    LF: stream,
    CRLF: stream.replaceAll('\n', '\r\n'),
    CR: stream.replaceAll('\n', '\r'),
    BOM: `\uFEFF${stream}`,
    comments: `: first\n\n${stream.replaceAll('\n\n', '\n\n: between\n\n:\n')}`,
  };
}

/** The frames of a stream whose bytes come in pieces of these sizes, again and again; with what is left at the end. */
export function framesOf(stream: string, sizes: readonly number[] = [Number.MAX_SAFE_INTEGER]): SseFrame[] {
  const bytes = Buffer.from(stream, 'utf8');
  const splitter = new SseSplitter();
  const frames: SseFrame[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (sizes[turn % sizes.length] as number);
    frames.push(...splitter.push(bytes.subarray(at, end)));
    at = end;
  }
  const rest = splitter.rest();
  return rest === undefined ? frames : [...frames, new SseFrame(rest)];
}
