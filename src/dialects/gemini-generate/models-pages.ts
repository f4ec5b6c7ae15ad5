import type { JsonObject } from '../../model/json.ts';
import type { Operation } from '../../model/operation.ts';
import { findModel } from '../find-model.ts';
import { writeGeminiError } from '../gemini-family/error-envelope.ts';
import { wrongType } from '../gemini-family/fields.ts';
import type { ListedModel, ModelsPage } from '../models-page.ts';

const PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 1000;

/** `GET /v1beta/models`: all models, in pages (protocols 4). */
const list: ModelsPage = {
  method: 'GET',
  route: '/v1beta/models',
  needsKey: true,
  queryKey: 'key',
  writeError: writeGeminiError,
  answer: (models, { query }) => {
    const asked = new URLSearchParams(query);
    const size = Math.min(readCount(asked, 'pageSize') || PAGE_SIZE, PAGE_SIZE_MAX);
    const from = readCount(asked, 'pageToken') ?? 0;
    const next = from + size < models.length ? { nextPageToken: String(from + size) } : {};
    return { models: models.slice(from, from + size).map(writeModel), ...next };
  },
};

const one: ModelsPage = {
  method: 'GET',
  route: '/v1beta/models/{model}',
  needsKey: true,
  queryKey: 'key',
  writeError: writeGeminiError,
  answer: (models, { model }) => writeModel(findModel(models, model?.replace(/^models\//, ''))),
};

/** The pages by which Google's clients look round. */
export const geminiPages: readonly ModelsPage[] = [list, one];

const methods: Readonly<Partial<Record<Operation, readonly string[]>>> = {
  chat: ['generateContent', 'streamGenerateContent', 'countTokens'],
  embeddings: ['embedContent', 'batchEmbedContents'],
};

function writeModel(model: ListedModel): JsonObject {
  return {
    name: `models/${model.id}`,
    version: '001',
    displayName: model.id,
    ...(model.inputTokensMax !== undefined && { inputTokenLimit: model.inputTokensMax }),
    ...(model.outputTokensMax !== undefined && { outputTokenLimit: model.outputTokensMax }),
    supportedGenerationMethods: model.operations.flatMap((operation) => methods[operation] ?? []),
  };
}

/** Our page tokens are offsets. */
function readCount(asked: URLSearchParams, name: string): number | undefined {
  const text = asked.get(name);
  if (text === null || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrongType(name, 'a number');
}
