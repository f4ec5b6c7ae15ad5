/**
 * What an answer says, whatever it is written in. The folds of this folder are the oracle the translators are judged
 * by, so they are written from the vendors' documents alone and share no line with the product.
 */
export interface Fold {
  text: string;
  thinking: string;
  refusal: string;
  toolCalls: FoldedCall[];
  usage: FoldedUsage | undefined;
  finish: Finish | undefined;
  /** It says itself that it failed, or stops without its end. */
  error: string | undefined;
}

export interface FoldedCall {
  name: string;
  /** Parsed where it is JSON; nothing at all is an empty object. */
  arguments: unknown;
}

/** Everything read, cached or not; everything written, reasoning included. */
export interface FoldedUsage {
  input: number;
  output: number;
  cached: number;
  reasoning: number;
}

export type Finish =
  | 'stop'
  | 'stop-text'
  | 'length'
  | 'context-full'
  | 'tool-use'
  | 'content-filter'
  | 'refusal'
  | 'pause';

export function emptyFold(): Fold {
  return {
    text: '',
    thinking: '',
    refusal: '',
    toolCalls: [],
    usage: undefined,
    finish: undefined,
    error: undefined,
  };
}

/** A tool use always outranks a plain stop; an answer without an end is a failure. */
export function ended(fold: Fold): Fold {
  if (fold.finish === 'stop' && fold.toolCalls.length > 0) fold.finish = 'tool-use';
  if (fold.finish === undefined) fold.error ??= 'it stops without an end';
  return fold;
}

/** The arguments a model wrote, as a value. */
export function parsedArguments(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return { _raw: text };
  }
}
