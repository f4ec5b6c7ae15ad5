import type { EmbeddingsCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Reading } from '../dialect.ts';
import { missing, readBoolean, readInteger, readString, wrongType } from '../ollama-family/request-fields.ts';
import { OLD_ROUTE } from './routes.ts';

/** Read here, or nobody's business behind this house (letter D). */
const placed: ReadonlySet<string> = new Set([
  'model',
  'input',
  'prompt',
  'truncate',
  'dimensions',
  'keep_alive',
  'options',
]);

/** An embeddings request of either route as a call. */
export function readCall(body: JsonObject, { address, warnings }: Reading): EmbeddingsCall {
  warnOfUnknown(body, warnings);
  return {
    kind: 'embeddings',
    model: readString(body, 'model') ?? '',
    inputs: address.route === OLD_ROUTE ? readPrompt(body) : readInputs(body['input']),
    dimensions: readInteger(body, 'dimensions'),
    truncates: readBoolean(body, 'truncate'),
    extra: {},
  };
}

function warnOfUnknown(body: JsonObject, warnings: Warnings): void {
  for (const [name, value] of Object.entries(body)) {
    if (value !== null && !placed.has(name)) warnings.dropped(name, 'unknown_to_ollama');
  }
}

function readPrompt(body: JsonObject): string[] {
  const prompt = readString(body, 'prompt');
  if (prompt === undefined) throw missing('prompt');
  return [prompt];
}

function readInputs(input: JsonValue | undefined): string[] {
  if (input === undefined || input === null) throw missing('input');
  if (typeof input === 'string') return [input];
  if (isJsonObject(input) || !Array.isArray(input))
    throw wrongType('input', 'a string or an array of strings');
  return input.map(readInput);
}

/** Ollama knows no tokens here, and neither do its clients. */
function readInput(value: JsonValue, at: number): string {
  if (typeof value !== 'string') throw wrongType(`input[${at}]`, 'a string');
  return value;
}
