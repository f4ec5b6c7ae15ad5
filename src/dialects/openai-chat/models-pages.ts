import type { JsonObject } from '../../model/json.ts';
import { findModel } from '../find-model.ts';
import type { ListedModel, ModelsPage } from '../models-page.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';

const listRoutes = ['/v1/models', '/models', '/openai/models', '/openai/v1/models'];
const modelRoutes = [
  '/v1/models/{model}',
  '/models/{model}',
  '/openai/models/{model}',
  '/openai/v1/models/{model}',
];

/** Which models there are, and one of them, as OpenAI tells it (protocols 2.7). */
export const openAiPages: readonly ModelsPage[] = [
  ...listRoutes.map((route) => page(route, (models) => ({ object: 'list', data: models.map(writeModel) }))),
  ...modelRoutes.map((route) => page(route, (models, { model }) => writeModel(findModel(models, model)))),
];

function page(route: string, answer: ModelsPage['answer']): ModelsPage {
  return { method: 'GET', route, needsKey: true, answer, writeError: writeOpenAiError };
}

function writeModel({ id, createdS, ownedBy }: ListedModel): JsonObject {
  return { id, object: 'model', created: createdS, owned_by: ownedBy };
}
