import type { JsonObject } from '../../model/json.ts';
import { isGenerating } from '../../model/operation.ts';
import { writeAnthropicError } from '../anthropic-family/error-envelope.ts';
import { wrongType } from '../anthropic-family/request-fields.ts';
import { findModel } from '../find-model.ts';
import type { ListedModel, ModelsPage, PageRequest } from '../models-page.ts';

/** The header by which clients of this dialect are told from OpenAI's on the paths the two share (protocols 1.4). */
const header = 'anthropic-version';

const common = { method: 'GET', header, needsKey: true, writeError: writeAnthropicError } as const;

export const anthropicPages: readonly ModelsPage[] = [
  { ...common, route: '/v1/models', answer: (models, asked) => listModels(models, asked) },
  {
    ...common,
    route: '/v1/models/{model}',
    answer: (models, { model }) => writeModel(findModel(models, model)),
  },
];

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 1000;

/** One page of the list (protocols 3.5). */
function listModels(models: readonly ListedModel[], { query }: PageRequest): JsonObject {
  const wishes = new URLSearchParams(query);
  const limit = readLimit(wishes.get('limit'));
  const { page, hasMore } = cut(models.filter(isForTalking), wishes, limit);
  return {
    data: page.map(writeModel),
    has_more: hasMore,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

/** Clients of this dialect offer all they find here to be talked to. */
function isForTalking({ operations }: ListedModel): boolean {
  return operations.some(isGenerating);
}

function readLimit(text: string | null): number {
  if (text === null) return LIMIT_DEFAULT;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw wrongType('limit', `a whole number from 1 to ${LIMIT_MAX}`);
}

interface Page {
  readonly page: readonly ListedModel[];
  readonly hasMore: boolean;
}

/** What follows `after_id`, or what leads up to `before_id`, or the beginning. */
function cut(models: readonly ListedModel[], wishes: URLSearchParams, limit: number): Page {
  const before = wishes.get('before_id');
  if (before !== null) {
    const end = placeOf(models, before, 'before_id');
    return { page: models.slice(Math.max(end - limit, 0), end), hasMore: end > limit };
  }
  const after = wishes.get('after_id');
  const start = after === null ? 0 : placeOf(models, after, 'after_id') + 1;
  return { page: models.slice(start, start + limit), hasMore: models.length > start + limit };
}

function placeOf(models: readonly ListedModel[], id: string, param: string): number {
  const place = models.findIndex((model) => model.id === id);
  if (place < 0) throw wrongType(param, 'the id of a listed model');
  return place;
}

function writeModel(model: ListedModel): JsonObject {
  return {
    type: 'model',
    id: model.id,
    display_name: model.id,
    created_at: new Date(model.createdS * 1000).toISOString().replace('.000Z', 'Z'),
    max_input_tokens: model.inputTokensMax ?? null,
    max_tokens: model.outputTokensMax ?? null,
    capabilities: null,
  };
}
