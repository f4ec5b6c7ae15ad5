import type { Call, EmbeddingsCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { type JsonObject, objectMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { notOurs } from '../ollama-family/error-envelope.ts';
import { pinLoad } from '../ollama-family/pin-load.ts';
import type { WireRequest } from './wire.ts';

/** Members of clients' bodies that mean something to this server, or that others have dealt with. */
const known: ReadonlySet<string> = new Set(['keep_alive', 'options', 'truncate', 'encoding_format']);

/** A call as a request to `/api/embed`; the old route takes one text at a time. */
export function writeRequest(call: Call, { warnings, loadPins }: Writing): JsonObject {
  if (call.kind !== 'embeddings') throw notOurs(call.kind);
  warnOfRest(call, warnings);
  const { extra, dimensions } = call;
  const truncates = call.truncates ?? extra['truncate'];
  const asked = { options: objectMember(extra, 'options'), keepAlive: extra['keep_alive'] ?? undefined };
  const { options, keepAlive } = loadPins === undefined ? asked : pinLoad(asked, loadPins, warnings);
  const request: WireRequest = {
    model: call.model,
    input: call.inputs.map(writeInput),
    ...(dimensions !== undefined && { dimensions }),
    ...(typeof truncates === 'boolean' && { truncate: truncates }),
    ...(keepAlive !== undefined && { keep_alive: keepAlive }),
    ...(options !== undefined && { options }),
  };
  return request;
}

function warnOfRest({ extra, purpose, title }: EmbeddingsCall, warnings: Warnings): void {
  if (purpose !== undefined) warnings.dropped('input_type');
  if (title !== undefined) warnings.dropped('title');
  for (const [name, value] of Object.entries(extra)) {
    if (!known.has(name) && value !== undefined && value !== null) warnings.dropped(name);
  }
}

/** Not even a lenient route can go on without the very thing that was to be embedded, so there is no mere warning. */
function writeInput(input: string | readonly number[], at: number): string {
  if (typeof input === 'string') return input;
  throw new GatewayError(
    'unsupported_parameter',
    'An Ollama server embeds texts and no tokens; send "input" as a string or an array of strings.',
    { param: `input[${at}]` },
  );
}
