/** What a client wants, in nobody's dialect; every front says it in its own words, or knows that it cannot. */
import type { JsonObject } from '../fake-upstream/json.ts';

export interface Wish {
  readonly turns: readonly Turn[];
  readonly tools?: readonly Tool[];
  readonly schema?: JsonObject;
  readonly stop?: readonly string[];
  readonly tokensMax?: number;
  /** Think first, moderately, and let me read it. */
  readonly thinks?: true;
  /** So many answers at once. */
  readonly choices?: number;
  readonly topK?: number;
  readonly seed?: number;
  /** This tool and no other must be called. */
  readonly must?: string;
}

export type Turn =
  /** Pictures and documents as base64. */
  | { readonly by: 'user'; readonly text: string; readonly png?: string; readonly pdf?: string }
  | { readonly by: 'system' | 'assistant'; readonly text: string }
  | { readonly by: 'call'; readonly id: string; readonly name: string; readonly args: JsonObject }
  | { readonly by: 'result'; readonly id: string; readonly name: string; readonly text: string };

export interface Tool {
  readonly name: string;
  /** Absent: it takes no arguments. */
  readonly schema?: JsonObject;
}

export function isPlain({ turns, tools, schema, thinks }: Wish): boolean {
  return isTextAlone(turns) && tools === undefined && schema === undefined && thinks === undefined;
}

/** One question in words, and nothing else. */
export function isTextAlone(turns: readonly Turn[]): boolean {
  const [only, second] = turns;
  return second === undefined && only?.by === 'user' && only.png === undefined && only.pdf === undefined;
}

/** The text of the last turn of the user. */
export function lastText(turns: readonly Turn[]): string {
  const last = turns.findLast((turn) => turn.by === 'user');
  return last?.by === 'user' ? last.text : '';
}

export function pngUrl(base64: string): string {
  return `data:image/png;base64,${base64}`;
}

export function pdfUrl(base64: string): string {
  return `data:application/pdf;base64,${base64}`;
}
