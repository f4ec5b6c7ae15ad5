import type { CallEvent, TokenLogprob, TokenOdds } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import { readTokenCount, type Usage } from '../../model/usage.ts';
import type { KeptAnswer } from './answer-cache.ts';
import { isWhole } from './is-worth-keeping.ts';

/** An answer as text, for keeping it where others can read it. */
export function keptAnswerText(answer: KeptAnswer): string {
  return JSON.stringify(answer);
}

/**
 * An answer out of a text that anybody may have written. Undefined: it is none, or none that would have been kept; of
 * what nobody knows nothing comes through.
 */
export function readKeptAnswer(text: string): KeptAnswer | undefined {
  const value = parsed(text);
  if (!isJsonObject(value)) return undefined;
  const [backend, model] = [nameMember(value, 'backend'), nameMember(value, 'model')];
  const events = readAll(arrayMember(value, 'events'), readEvent);
  if (backend === undefined || model === undefined || events === undefined) return undefined;
  return isWhole(events) ? { backend, model, events } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** It will stand in a header. */
function nameMember(object: JsonObject, key: string): string | undefined {
  const name = stringMember(object, key);
  return name !== undefined && name.length <= 512 && !/\p{Cc}/u.test(name) ? name : undefined;
}

/** All of them, or none: an answer with a hole is none. */
function readAll<Item>(
  values: readonly JsonValue[] | undefined,
  read: (value: JsonValue) => Item | undefined,
): Item[] | undefined {
  const items: Item[] = [];
  for (const value of values ?? []) {
    const item = read(value);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return values === undefined ? undefined : items;
}

function readEvent(value: JsonValue): CallEvent | undefined {
  if (!isJsonObject(value) || typeof value.type !== 'string') return undefined;
  return Object.hasOwn(readers, value.type) ? readers[value.type]?.(value) : undefined;
}

/** The kinds of event that a kept answer is made of (`is-worth-keeping.ts`). */
const readers: Readonly<Record<string, (event: JsonObject) => CallEvent | undefined>> = {
  'answer-start'(event) {
    const [id, model] = [stringMember(event, 'id'), nameMember(event, 'model')];
    const createdS = numberMember(event, 'createdS');
    return model === undefined ? undefined : { type: 'answer-start', id, model, createdS };
  },
  logprobs(event) {
    const [choice, tokens] = [
      placeMember(event, 'choice'),
      readAll(arrayMember(event, 'tokens'), readLogprob),
    ];
    return choice === undefined || tokens === undefined ? undefined : { type: 'logprobs', choice, tokens };
  },
  'text-delta'(event) {
    const [choice, text] = [placeMember(event, 'choice'), stringMember(event, 'text')];
    return choice === undefined || text === undefined ? undefined : { type: 'text-delta', choice, text };
  },
  'choice-end'(event) {
    const choice = placeMember(event, 'choice');
    return choice === undefined || event.reason !== 'stop'
      ? undefined
      : { type: 'choice-end', choice, reason: 'stop' };
  },
  embedding(event) {
    const [index, vector] = [placeMember(event, 'index'), readAll(arrayMember(event, 'vector'), readNumber)];
    return index === undefined || vector === undefined ? undefined : { type: 'embedding', index, vector };
  },
  usage(event) {
    const usage = readUsage(event.usage);
    return usage === undefined ? undefined : { type: 'usage', usage };
  },
  'model-loaded'(event) {
    const loadMs = numberMember(event, 'loadMs');
    return loadMs === undefined || loadMs < 0 ? undefined : { type: 'model-loaded', loadMs };
  },
  'answer-end': () => ({ type: 'answer-end' }),
};

function readUsage(value: unknown): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const [inputTokens, outputTokens] = [readTokenCount(value.inputTokens), readTokenCount(value.outputTokens)];
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: readTokenCount(value.cachedInputTokens),
    cacheWriteTokens: readTokenCount(value.cacheWriteTokens),
    reasoningTokens: readTokenCount(value.reasoningTokens),
  };
}

function readLogprob(value: JsonValue): TokenLogprob | undefined {
  const odds = readOdds(value);
  const alternatives = isJsonObject(value)
    ? readAll(arrayMember(value, 'alternatives'), readOdds)
    : undefined;
  return odds === undefined || alternatives === undefined ? undefined : { ...odds, alternatives };
}

function readOdds(value: JsonValue): TokenOdds | undefined {
  if (!isJsonObject(value)) return undefined;
  const [token, logprob] = [stringMember(value, 'token'), numberMember(value, 'logprob')];
  if (token === undefined || logprob === undefined) return undefined;
  if (value.bytes === undefined) return { token, logprob };
  const bytes = readAll(arrayMember(value, 'bytes'), readNumber);
  return bytes === undefined ? undefined : { token, logprob, bytes };
}

function readNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function numberMember(object: JsonObject, key: string): number | undefined {
  return readNumber(object[key]);
}

/** A place in the answer, counted from 0. */
function placeMember(object: JsonObject, key: string): number | undefined {
  const place = numberMember(object, key);
  return Number.isSafeInteger(place) && place !== undefined && place >= 0 ? place : undefined;
}
