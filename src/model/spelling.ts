import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * The members of a call as a writer names them when it tells what it could not carry over. It does not know who
 * asks; so it uses one convention, OpenAI's chat, with `is_error` and `cache_control` as Anthropic and
 * `input_type`, `title` and `truncate` as Cohere has them.
 */
export type GenerationMember =
  | 'messages'
  | 'prompt'
  | 'suffix'
  | 'tools'
  | 'tool_choice'
  | 'parallel_tool_calls'
  | 'is_error'
  | 'cache_control'
  | 'max_tokens'
  | 'temperature'
  | 'top_p'
  | 'top_k'
  | 'min_p'
  | 'seed'
  | 'frequency_penalty'
  | 'presence_penalty'
  | 'stop'
  | 'n'
  | 'logprobs'
  | 'top_logprobs'
  | 'response_format'
  | 'reasoning_effort'
  | 'verbosity'
  | 'user';

export type EmbeddingsMember = 'input' | 'dimensions' | 'input_type' | 'title' | 'truncate';

/**
 * How a client spells one of them: by another path; by one of several, of which the first that it sent is meant; or
 * worked out from what follows the member's name (`[2].content[1]`), where places inside it can be told as well.
 */
export type Spelling = string | readonly string[] | ((rest: string) => string);

export type Spellings = Readonly<Partial<Record<GenerationMember | EmbeddingsMember, Spelling>>>;

/** Every member of a generation; a dialect that forgets one does not compile. */
export type GenerationSpellings = Readonly<Record<GenerationMember, Spelling>>;

/** `param` as the client who sent `body` spells it; what is no member of a call is the client's own word already. */
export function spell(param: string, spellings: Spellings, body: JsonObject): string {
  const end = param.search(/[.[]/);
  const [member, rest] = end < 0 ? [param, ''] : [param.slice(0, end), param.slice(end)];
  if (!Object.hasOwn(spellings, member)) return param;
  const spelling = spellings[member as keyof Spellings] as Spelling;
  if (typeof spelling === 'function') return sentPartOf(spelling(rest), body) || member;
  if (typeof spelling === 'string') return spelling;
  return spelling.find((path) => sentPartOf(path, body) === path) ?? spelling[0] ?? param;
}

/** A part of ours may be no part of theirs: the path to the last of its members that is there, '' if none is. */
function sentPartOf(path: string, body: JsonObject): string {
  const steps = path.match(/[^.[\]]+|\[\d+\]/g) ?? [];
  let found: JsonValue | undefined = body;
  let sent = '';
  for (const step of steps) {
    found = memberAt(found, step);
    if (found === undefined || found === null) break;
    sent += step.startsWith('[') || sent === '' ? step : `.${step}`;
  }
  return sent;
}

function memberAt(value: JsonValue | undefined, step: string): JsonValue | undefined {
  if (step.startsWith('[')) return Array.isArray(value) ? value[Number(step.slice(1, -1))] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}
