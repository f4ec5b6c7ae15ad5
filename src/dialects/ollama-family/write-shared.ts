import type { GenerationCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { type LoadWords, pinLoad } from './pin-load.ts';
import { writeThink } from './think.ts';
import type { WireShared } from './wire.ts';
import { areOptions, optionNames, writeOptions } from './write-options.ts';

/** Ollama's own members that a client may put into the body of another dialect; they pass as they are. */
const passed = ['truncate', 'shift'] as const;

/** Those, one that the operator may have pinned, and two that win over what the other dialect calls them. */
const known: ReadonlySet<string> = new Set([...passed, 'keep_alive', 'format', 'think']);

const ALTERNATIVES_MAX = 20;

/** What chat and generate ask for in the same words; warns of all that has no place in either. */
export function writeShared(call: GenerationCall, writing: Writing): WireShared {
  const { warnings, isStream } = writing;
  warnOfRest(call, warnings);
  if (call.choices > 1)
    warnings.refuse('n', 'An Ollama server gives one answer to a request; send "n" as 1.');
  if (call.verbosity !== undefined) warnings.dropped('verbosity');
  return {
    ...present('format', formatOf(call, warnings)),
    ...present('think', thinkOf(call, warnings)),
    ...loadMembers(call, writing),
    ...passedMembers(call.extra),
    ...writeLogprobs(call, warnings),
    stream: isStream,
  };
}

function warnOfRest({ extra }: GenerationCall, warnings: Warnings): void {
  for (const [name, value] of Object.entries(extra)) {
    const isKnown = known.has(name) || optionNames.has(name);
    if (!isKnown && value !== undefined && value !== null) warnings.dropped(name);
  }
  if (!areOptions(extra['options'])) warnings.dropped('options', 'not_an_object');
}

/** `format` wins: who writes it means this very server. */
function formatOf({ extra, responseFormat }: GenerationCall, warnings: Warnings): JsonValue | undefined {
  const own = extra['format'];
  if (own === 'json' || isJsonObject(own)) return own;
  if (own) warnings.dropped('format', 'neither_json_nor_a_schema');
  if (responseFormat?.type === 'json-object') return 'json';
  if (responseFormat?.type !== 'json-schema') return undefined;
  if (isJsonObject(responseFormat.schema)) return responseFormat.schema;
  warnings.refuse('response_format', 'An Ollama server takes a JSON schema that is an object.');
  return undefined;
}

function thinkOf({ extra, reasoning }: GenerationCall, warnings: Warnings): boolean | string | undefined {
  const own = extra['think'];
  return typeof own === 'boolean' || typeof own === 'string' ? own : writeThink(reasoning, warnings);
}

function passedMembers(extra: JsonObject): JsonObject {
  const members = passed.map((name) => [name, extra[name]] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined && value !== null));
}

/** Options that a call has by another name. */
const inCall: Readonly<Record<string, string>> = { num_predict: 'max_tokens' };

/** What the client wants of the sampler and the machine, as far as the operator leaves it to clients. */
function loadMembers(call: GenerationCall, writing: Writing): Pick<WireShared, 'options' | 'keep_alive'> {
  const asked = { options: writeOptions(call, writing), keepAlive: call.extra['keep_alive'] ?? undefined };
  const { options, keepAlive } = pinned(asked, call, writing);
  return { ...present('options', options), ...present('keep_alive', keepAlive) };
}

function pinned(asked: LoadWords, { extra }: GenerationCall, { loadPins, warnings }: Writing): LoadWords {
  if (loadPins === undefined) return asked;
  const own = objectMember(extra, 'options') ?? {};
  const paramOf = (option: string) => (option in own ? `options.${option}` : (inCall[option] ?? option));
  return pinLoad(asked, loadPins, warnings, paramOf);
}

function writeLogprobs(
  { logprobs }: GenerationCall,
  warnings: Warnings,
): Pick<WireShared, 'logprobs' | 'top_logprobs'> {
  if (logprobs === undefined) return {};
  const { alternatives } = logprobs;
  if (alternatives > ALTERNATIVES_MAX) warnings.changed('top_logprobs', 'at_most_20');
  return {
    logprobs: true,
    ...(alternatives > 0 && { top_logprobs: Math.min(alternatives, ALTERNATIVES_MAX) }),
  };
}

/** A member, unless there is nothing to say. */
function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value });
}
