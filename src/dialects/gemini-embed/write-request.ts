import type { Call, EmbeddingsCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { resourceName } from '../gemini-family/model-name.ts';
import { writeTaskType } from './task-type.ts';

/** Always a batch, be it of one. */
export function writeRequest(call: Call, { warnings }: Writing): JsonObject {
  if (call.kind !== 'embeddings') {
    throw new GatewayError('operation_not_supported', `batchEmbedContents cannot be asked for ${call.kind}.`);
  }
  tellDropped(call, warnings);
  const taskType = writeTaskType(call.purpose, warnings);
  const shared = {
    ...(taskType !== undefined && { taskType }),
    ...(call.title !== undefined && { title: call.title }),
    ...(call.dimensions !== undefined && { outputDimensionality: call.dimensions }),
  };
  const model = resourceName(call.model);
  return { requests: call.inputs.map((input) => ({ model, content: writeContent(input), ...shared })) };
}

/** Google cuts what is too long, and cannot be told not to. */
function tellDropped({ truncates, extra }: EmbeddingsCall, warnings: Warnings): void {
  if (truncates === false) warnings.dropped('truncate');
  for (const [name, value] of Object.entries(extra)) if (value !== undefined) warnings.dropped(name);
}

/** Also on a lenient route: a text left out would give every later vector to the wrong one. */
function writeContent(input: EmbeddingsCall['inputs'][number]): JsonObject {
  if (typeof input === 'string') return { parts: [{ text: input }] };
  throw new GatewayError(
    'unsupported_parameter',
    'This model embeds texts, not tokens; send "input" as text.',
    {
      param: 'input',
    },
  );
}
