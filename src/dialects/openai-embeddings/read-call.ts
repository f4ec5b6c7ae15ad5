import type { EmbeddingsCall } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Reading } from '../dialect.ts';
import { bookKeeping } from '../openai-family/book-keeping.ts';
import { membersBut } from '../openai-family/call-fields.ts';
import { readCount, wrongType } from '../openai-family/request-fields.ts';
import { readEncodingFormat } from './encoding-format.ts';
import { readAsked } from './read-asked.ts';
import { readVendorWishes } from './vendor-wishes.ts';

/** An embeddings request as a call. */
export function readCall(body: JsonObject, { address }: Reading): EmbeddingsCall {
  const { model } = readAsked(body, address);
  readEncodingFormat(body);
  const { wishes, names } = readVendorWishes(body);
  return {
    kind: 'embeddings',
    model: model ?? '',
    inputs: readInputs(body['input']),
    dimensions: readCount(body, 'dimensions', 1),
    ...wishes,
    extra: membersBut(body, new Set([...placed, ...names])),
  };
}

const placed = ['model', 'input', 'dimensions', 'encoding_format', 'user', 'stream', ...bookKeeping];

type Input = EmbeddingsCall['inputs'][number];

/** One text, several, the tokens of one text, or the tokens of several: `string | [string] | [int] | [[int]]`. */
function readInputs(input: JsonValue | undefined): Input[] {
  if (typeof input === 'string') return [input];
  const list = Array.isArray(input) ? input : [];
  if (list.length === 0) throw wrongType('input', 'a string or an array that is not empty');
  return isTokens(list) ? [list] : list.map(readInput);
}

function readInput(value: JsonValue, index: number): Input {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length > 0 && isTokens(value)) return value;
  throw wrongType(`input[${index}]`, 'a string, or an array of tokens that is not empty');
}

function isTokens(list: readonly JsonValue[]): list is number[] {
  return list.every((value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
}
