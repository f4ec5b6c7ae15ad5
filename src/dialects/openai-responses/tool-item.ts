import type { OutputItem } from './output-item.ts';
import type { WireEvent } from './wire.ts';

/** A tool use on its way out: a function, or a free-form tool if the client declared it as one. */
export interface ToolItem extends OutputItem {
  /** More of the arguments. */
  say(text: string): WireEvent[];
  /** Are the arguments a finished JSON object, so that nothing sensible can follow? */
  readonly looksWhole: boolean;
}

export interface ToolUse {
  readonly callId: string;
  readonly name: string;
  /** The namespace tool that declared the function; clients that use namespaces look the call up by both. */
  readonly namespace?: string | undefined;
}

export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
