import type { JsonObject, JsonValue } from '../../model/json.ts';
import { missing, wrongType } from '../openai-family/request-fields.ts';

/** The four forms of a prompt: one text, several texts, the tokens of one, the tokens of several. */
export type Prompt =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'tokens'; readonly count: number };

export function readPrompt(body: JsonObject): Prompt {
  const prompt = body['prompt'];
  if (prompt === undefined || prompt === null) throw missing('prompt');
  if (typeof prompt === 'string') return { kind: 'text', text: prompt };
  if (Array.isArray(prompt) && prompt.length > 0) return readList(prompt);
  throw malformed();
}

/** How many answers one `n` asks for: each of several prompts has its own. */
export function promptCount(prompt: Prompt): number {
  if (prompt.kind === 'text') return 1;
  return prompt.kind === 'texts' ? prompt.texts.length : prompt.count;
}

function readList(items: readonly JsonValue[]): Prompt {
  const first = items[0];
  if (typeof first === 'string' && isEvery(items, isText)) {
    return { kind: 'texts', texts: items as readonly string[] };
  }
  if (typeof first === 'number' && isEvery(items, isToken)) return { kind: 'tokens', count: 1 };
  if (Array.isArray(first) && isEvery(items, isTokens)) return { kind: 'tokens', count: items.length };
  throw malformed();
}

function isEvery(items: readonly JsonValue[], fits: (item: JsonValue | undefined) => boolean): boolean {
  for (let at = 0; at < items.length; at++) if (!fits(items[at])) return false;
  return true;
}

function isText(item: JsonValue | undefined): boolean {
  return typeof item === 'string';
}

function isToken(item: JsonValue | undefined): boolean {
  return Number.isSafeInteger(item);
}

function isTokens(item: JsonValue | undefined): boolean {
  return Array.isArray(item) && isEvery(item, isToken);
}

function malformed(): Error {
  return wrongType(
    'prompt',
    'a string, or an array that holds only strings, only tokens, or only arrays of tokens',
  );
}
