/** Frames of SSE as a strict client cuts them; what it would stumble over is noted. */
import { type JsonObject, parseObject } from '../../fake-upstream/json.ts';
import type { Told } from '../told.ts';

export interface SseFrame {
  readonly event: string | undefined;
  readonly data: string;
}

/** Comments are none; every official client takes CRLF for LF. */
export function sseFrames(bytes: string, told: Told): SseFrame[] {
  const text = bytes.replaceAll('\r\n', '\n');
  if (text !== '' && !text.endsWith('\n\n')) told.slips.push('the last frame has no blank line behind it');
  return text
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith(':')))
    .filter((lines) => lines.length > 0)
    .map(frameOf);
}

/** One object a line, as Ollama streams. */
export function lineObjects(text: string, told: Told): JsonObject[] {
  if (text !== '' && !text.endsWith('\n')) told.slips.push('the last line has no end');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => objectOf(line, told));
}

export function objectOf(data: string, told: Told): JsonObject {
  if (!isJson(data)) told.slips.push('a frame is no JSON');
  return parseObject(data);
}

/** Is the name of the event where it must be (`named`), or where clients stumble over one? */
export function checkEvent(frame: SseFrame, wanted: string | undefined, told: Told): void {
  if (frame.event === wanted) return;
  told.slips.push(
    wanted === undefined ? 'a frame has an event line' : `${wanted} is called ${frame.event ?? 'nothing'}`,
  );
}

function frameOf(lines: readonly string[]): SseFrame {
  const valuesOf = (field: string) =>
    lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
  return { event: valuesOf('event')[0], data: valuesOf('data').join('\n') };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
