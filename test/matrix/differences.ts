/** How checks say what is wrong. */
import { isDeepStrictEqual } from 'node:util';
import type { Family } from './fronts/front.ts';

export function differs(what: string, got: unknown, wanted: unknown): string[] {
  return isDeepStrictEqual(got, wanted)
    ? []
    : [`${what} ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`];
}

export function unless(isFine: boolean, complaint: string): string[] {
  return isFine ? [] : [complaint];
}

export type End = 'natural' | 'length' | 'tool' | 'blocked';

/** Why an answer ends, in the words of each client (protocols 10.8). */
const ENDS: Readonly<Record<Family, Readonly<Record<End, string>>>> = {
  'openai-chat': { natural: 'stop', length: 'length', tool: 'tool_calls', blocked: 'content_filter' },
  'openai-completions': { natural: 'stop', length: 'length', tool: 'stop', blocked: 'content_filter' },
  'openai-responses': {
    natural: 'completed',
    length: 'incomplete: max_output_tokens',
    tool: 'completed',
    blocked: 'incomplete: content_filter',
  },
  anthropic: { natural: 'end_turn', length: 'max_tokens', tool: 'tool_use', blocked: 'refusal' },
  cohere: { natural: 'COMPLETE', length: 'MAX_TOKENS', tool: 'TOOL_CALL', blocked: 'ERROR_TOXIC' },
  gemini: { natural: 'STOP', length: 'MAX_TOKENS', tool: 'STOP', blocked: 'SAFETY' },
  ollama: { natural: 'stop', length: 'length', tool: 'stop', blocked: 'stop' },
};

export function endOf(family: Family, end: End): string {
  return ENDS[family][end];
}
