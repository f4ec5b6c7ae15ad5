/** A streamed answer as a row of frames, and the three ways such a row travels. */
import type { Json } from './json.ts';

export interface Frame {
  readonly data: string;
  readonly event?: string;
  /** The name of the SSE field that holds the data, if not `data`. */
  readonly field?: 'error';
  /** `usage`: may be told twice by a liar. `closing`: the terminal event, which a scenario may leave out. */
  readonly mark?: 'usage' | 'closing';
}

export type Framing = 'sse' | 'ndjson' | 'json-array';

export const CONTENT_TYPE: Readonly<Record<Framing, string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'json-array': 'application/json; charset=UTF-8',
};

export function frame(data: Json, more: Omit<Frame, 'data'> = {}): Frame {
  return { data: JSON.stringify(data), ...more };
}

export interface Dressing {
  readonly framing: Framing;
  readonly lineEnd: '\n' | '\r\n' | '\r';
  readonly hasComments: boolean;
}

/** One string per frame; a JSON array has its closing bracket as one string more. */
export function* dress(frames: Iterable<Frame>, dressing: Dressing): Generator<string> {
  let index = 0;
  for (const each of frames) {
    const text = dressOne(each, dressing, index === 0);
    yield dressing.hasComments ? comment(dressing) + text : text;
    index++;
  }
  if (dressing.framing === 'json-array') yield index === 0 ? '[]' : `${dressing.lineEnd}]`;
}

/** What keeps a connection alive and says nothing: a comment, or where there are none, an empty line. */
export function comment({ framing, lineEnd }: Dressing): string {
  return framing === 'sse' ? `: keep-alive${lineEnd}${lineEnd}` : lineEnd;
}

function dressOne(each: Frame, { framing, lineEnd }: Dressing, isFirst: boolean): string {
  switch (framing) {
    case 'sse':
      return `${each.event ? `event: ${each.event}${lineEnd}` : ''}${each.field ?? 'data'}: ${each.data}${lineEnd}${lineEnd}`;
    case 'ndjson':
      return `${each.data}${lineEnd}`;
    case 'json-array':
      return `${isFirst ? '[' : `,${lineEnd}`}${each.data}`;
  }
}
