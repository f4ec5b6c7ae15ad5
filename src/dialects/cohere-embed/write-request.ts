import type { Call, EmbeddingsCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { wrongKind } from '../cohere-family/wrong-kind.ts';
import type { Writing } from '../dialect.ts';

const TEXTS_MAX = 96;

/** An embeddings call as a request of Cohere's. Members that are undefined are not sent. */
export function writeRequest(call: Call, { warnings }: Writing): JsonObject {
  if (call.kind !== 'embeddings') throw wrongKind(call.kind);
  if (call.title !== undefined) warnings.dropped('title');
  giveUpExtra(call.extra, warnings);
  return {
    model: call.model,
    texts: writeTexts(call),
    // Cohere insists on being told; most vectors are made of what is to be found later.
    input_type: call.purpose ?? stringMember(call.extra, 'input_type') ?? 'search_document',
    embedding_types: ['float'],
    output_dimension: call.dimensions,
    truncate: writeTruncate(call),
  };
}

/** Not left to a lenient route: there is no answer to a part of the inputs that anybody could use. */
function writeTexts({ inputs }: EmbeddingsCall): readonly string[] {
  if (inputs.length > TEXTS_MAX) {
    throw refusal(`The backend takes at most ${TEXTS_MAX} inputs at once; send them in smaller batches.`);
  }
  return inputs.map((input) => {
    if (typeof input === 'string') return input;
    throw refusal('The backend takes inputs as text, not as tokens.');
  });
}

function refusal(sentence: string): GatewayError {
  return new GatewayError('unsupported_parameter', sentence, { param: 'input' });
}

function writeTruncate({ truncates, extra }: EmbeddingsCall): string | undefined {
  if (truncates === undefined) return stringMember(extra, 'truncate');
  return truncates ? 'END' : 'NONE';
}

/** Read above, or missed by nobody: the vectors are written anew in the encoding the client asked for. */
const settled: ReadonlySet<string> = new Set(['input_type', 'truncate', 'encoding_format', 'user']);

function giveUpExtra(extra: JsonObject, warnings: Warnings): void {
  for (const name of Object.keys(extra)) if (!settled.has(name)) warnings.dropped(name);
}
