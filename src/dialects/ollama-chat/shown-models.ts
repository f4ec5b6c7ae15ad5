import type { JsonObject } from '../../model/json.ts';
import type { Operation } from '../../model/operation.ts';
import { stableHash } from '../../model/stable-hash.ts';
import type { ListedModel } from '../models-page.ts';
import { writeTime } from '../ollama-family/created-at.ts';

/** A model in the list of all. Its files are not here, so it has no size. */
export function listedModel(model: ListedModel): JsonObject {
  return {
    ...named(model),
    modified_at: writeTime(model.createdS),
    size: 0,
    digest: digestOf(model.id),
    details,
    capabilities: capabilitiesOf(model),
  };
}

/** Nobody here throws a model out of memory. Ollama tells that by a day far off, and clients count down to it. */
const NEVER_EXPIRES = '2318-01-01T00:00:00Z';

/** A model in the list of those at work. */
export function runningModel(model: ListedModel): JsonObject {
  return {
    ...named(model),
    size: 0,
    digest: digestOf(model.id),
    details,
    expires_at: NEVER_EXPIRES,
    size_vram: 0,
    ...(model.inputTokensMax !== undefined && { context_length: model.inputTokensMax }),
  };
}

/** One model in full: clients read `capabilities`, and `context_length` under the name of the architecture. */
export function shownModel(model: ListedModel): JsonObject {
  return {
    license: '',
    modelfile: '',
    parameters: '',
    template: '',
    details,
    model_info: {
      'general.architecture': ARCHITECTURE,
      ...(model.inputTokensMax !== undefined && { [`${ARCHITECTURE}.context_length`]: model.inputTokensMax }),
    },
    capabilities: capabilitiesOf(model),
    modified_at: writeTime(model.createdS),
  };
}

/** What kind of model it is, nobody told us; a name is needed all the same, for others are built on it. */
const ARCHITECTURE = 'gateway';

const details: JsonObject = {
  parent_model: '',
  format: '',
  family: ARCHITECTURE,
  families: [ARCHITECTURE],
  parameter_size: '',
  quantization_level: '',
};

function named({ id }: ListedModel): JsonObject {
  return { name: id, model: id };
}

/** As long as Ollama's (a SHA-256), and the same for the same name: clients take it for an identity. */
function digestOf(name: string): string {
  return [0, 1, 2, 3].map((turn) => stableHash(`${turn}${name}`, 16)).join('');
}

const capabilities: Partial<Record<Operation, readonly string[]>> = {
  chat: ['completion', 'tools'],
  responses: ['completion', 'tools'],
  completions: ['completion'],
  embeddings: ['embedding'],
  images: ['image'],
};

function capabilitiesOf({ operations }: ListedModel): readonly string[] {
  return [...new Set(operations.flatMap((operation) => capabilities[operation] ?? []))];
}
