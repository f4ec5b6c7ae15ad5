import type { GenerationCall, Message } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Reading } from '../dialect.ts';
import { bookKeeping } from '../openai-family/book-keeping.ts';
import { membersBut } from '../openai-family/call-fields.ts';
import { readLimit } from '../openai-family/read-limit.ts';
import { readSampling, samplingNames } from '../openai-family/read-sampling.ts';
import { readCount, readString, wrongType } from '../openai-family/request-fields.ts';
import { wantsLogprobs } from './include.ts';
import { readAsked } from './read-asked.ts';
import { InputReader } from './read-input.ts';
import { readReasoning } from './read-reasoning.ts';
import { readText } from './read-text.ts';
import { readToolsAndChoice } from './read-tools.ts';
import { RequestedTools } from './requested-tools.ts';

/**
 * A Responses request as a call. What only a stateful backend could honour is refused by name (protocols
 * 2.11): this gateway stores no responses. `store` is accepted, and answered with `store:false`; items of the last answers
 * may be named as long as they are remembered.
 */
export function readCall(body: JsonObject, reading: Reading): GenerationCall {
  const { address, warnings } = reading;
  const asked = readAsked(body, address);
  refuseStored(body, warnings);
  warnOfUnplaced(body, warnings);
  const requested = new RequestedTools(body);
  return {
    kind: 'generation',
    model: asked.model ?? '',
    messages: [...readInstructions(body), ...new InputReader(requested, reading).read(body['input'])],
    ...readToolsAndChoice(body, requested, warnings),
    parallelTools: readOptionalBoolean(body, 'parallel_tool_calls'),
    outputTokensMax: readLimit(body, ['max_output_tokens'], warnings),
    ...readSampling(body),
    choices: 1,
    logprobs: readLogprobs(body),
    ...readText(body, warnings),
    reasoning: readReasoning(body, warnings),
    extra: membersBut(body, placed),
  };
}

const stored = ['previous_response_id', 'conversation', 'prompt'] as const;

function refuseStored(body: JsonObject, warnings: Warnings): void {
  for (const name of stored) {
    if (body[name] === undefined || body[name] === null) continue;
    warnings.refuse(name, `"${name}" refers to something stored, and nothing is stored here; ${sendAll}`);
  }
  if (body['background'] === true) {
    warnings.refuse(
      'background',
      'A response in the background would have to be stored, and nothing is stored here; leave "background" out and wait for the answer.',
    );
  }
}

const sendAll = 'send the whole input with every request.';

/** Limits on what hosted tools do, and help of a server that keeps the talk; neither is to be had elsewhere. */
const unplaced = ['max_tool_calls', 'context_management'] as const;

function warnOfUnplaced(body: JsonObject, warnings: Warnings): void {
  for (const name of unplaced) {
    if (body[name] !== undefined && body[name] !== null) warnings.dropped(name);
  }
}

/** Instructions stand before everything in the input. */
function readInstructions(body: JsonObject): Message[] {
  const text = readString(body, 'instructions');
  return text ? [{ role: 'system', parts: [{ type: 'text', text }] }] : [];
}

function readOptionalBoolean(body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw wrongType(name, 'true or false');
  return value;
}

function readLogprobs(body: JsonObject): GenerationCall['logprobs'] {
  const alternatives = readCount(body, 'top_logprobs', 0) ?? 0;
  return wantsLogprobs(body) ? { alternatives } : undefined;
}

/**
 * Members that have their own place in a call, that were told of above, that say how to answer and not what, or
 * that nobody can miss (letter D): `truncation` speaks of a backend's own window, `client_metadata` is Codex's.
 */
const placed: ReadonlySet<string> = new Set([
  ...['model', 'input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'max_output_tokens'],
  ...['text', 'reasoning', 'top_logprobs', 'include', 'stream', 'stream_options', 'background'],
  ...['truncation', 'client_metadata'],
  ...samplingNames,
  ...bookKeeping,
  ...stored,
  ...unplaced,
]);
