import type { GenerationCall, ResponseFormat } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readOptions } from './read-options.ts';
import { readBoolean, readInteger, wrongType } from './request-fields.ts';
import { readThink } from './think.ts';

type SharedMembers = Omit<GenerationCall, 'kind' | 'model' | 'messages' | 'tools'>;

/** Members of chat and generate that are read here, or are nobody's business behind this house (letter D). */
const shared: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'format',
  'options',
  'think',
  'logprobs',
  'top_logprobs',
  'keep_alive',
  'truncate',
  'shift',
  'template',
  'raw',
  'context',
]);

/** What chat and generate ask for in the same words. `own` are the members that the dialect reads itself. */
export function readSharedMembers(
  body: JsonObject,
  warnings: Warnings,
  own: ReadonlySet<string>,
): SharedMembers {
  refuseOllamasOwn(body, warnings);
  warnOfUnknown(body, warnings, own);
  return {
    ...readOptions(body, warnings),
    choices: 1,
    logprobs: readLogprobs(body),
    responseFormat: readFormat(body['format']),
    reasoning: readThink(body['think']),
    extra: {},
  };
}

/** Each of these makes the model see another prompt than any other backend could be given. */
function refuseOllamasOwn(body: JsonObject, warnings: Warnings): void {
  const { template, raw, context } = body;
  if (template) refuse(warnings, 'template');
  if (raw === true) refuse(warnings, 'raw');
  if (Array.isArray(context) && context.length > 0) refuse(warnings, 'context');
}

function refuse(warnings: Warnings, param: string): void {
  warnings.refuse(
    param,
    `"${param}" means something to an Ollama server only, and this model is served by another kind; leave it out.`,
  );
}

/** Ollama itself reads over members it does not know; here it is at least said. */
function warnOfUnknown(body: JsonObject, warnings: Warnings, own: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(body)) {
    if (value !== null && !shared.has(name) && !own.has(name)) warnings.dropped(name, 'unknown_to_ollama');
  }
}

function readLogprobs(body: JsonObject): GenerationCall['logprobs'] {
  const alternatives = readInteger(body, 'top_logprobs') ?? 0;
  if (alternatives < 0 || alternatives > 20) throw wrongType('top_logprobs', 'a whole number from 0 to 20');
  return readBoolean(body, 'logprobs') ? { alternatives } : undefined;
}

/** `"json"`, a JSON schema, or '' for a text as always. */
function readFormat(format: JsonValue | undefined): ResponseFormat | undefined {
  if (format === undefined || format === null || format === '') return undefined;
  if (format === 'json') return { type: 'json-object' };
  if (!isJsonObject(format)) throw wrongType('format', '"json" or a JSON schema');
  return { type: 'json-schema', name: 'output', schema: format };
}
