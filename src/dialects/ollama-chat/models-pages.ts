import type { JsonObject } from '../../model/json.ts';
import { findModel } from '../find-model.ts';
import type { ListedModel, ModelsPage } from '../models-page.ts';
import { writeOllamaError } from '../ollama-family/error-envelope.ts';
import { missing, readString } from '../ollama-family/request-fields.ts';
import { listedModel, runningModel, shownModel } from './shown-models.ts';

/**
 * Clients hold this against the least version that has what they want to use (tools, thinking, structured output).
 * It is the version whose API is spoken here, not that of any program.
 */
const API_VERSION = '0.14.0';

/** The pages by which clients of Ollama look round before they ask anything. */
export const ollamaPages: readonly ModelsPage[] = [
  {
    method: 'GET',
    route: '/api/tags',
    needsKey: true,
    answer: (models) => ({ models: models.map(listedModel) }),
    writeError: writeOllamaError,
  },
  {
    method: 'POST',
    route: '/api/show',
    needsKey: true,
    answer: (models, { body }) => shownModel(askedModel(models, body ?? {})),
    writeError: writeOllamaError,
  },
  {
    method: 'GET',
    route: '/api/ps',
    needsKey: true,
    answer: (models) => ({ models: models.filter((model) => model.isRunning).map(runningModel) }),
    writeError: writeOllamaError,
  },
  {
    method: 'GET',
    route: '/api/version',
    needsKey: false,
    answer: () => ({ version: API_VERSION }),
    writeError: writeOllamaError,
  },
  {
    method: 'GET',
    route: '/',
    needsKey: false,
    answer: () => 'Ollama is running',
    writeError: writeOllamaError,
  },
];

const LATEST = ':latest';

/** A name without a tag means the tag `latest`, and the other way round. */
function askedModel(models: readonly ListedModel[], body: JsonObject): ListedModel {
  const name = readString(body, 'model') || readString(body, 'name');
  if (!name) throw missing('model');
  const other = name.endsWith(LATEST) ? name.slice(0, -LATEST.length) : name + LATEST;
  const isHere = models.some(({ id }) => id === name);
  return (isHere ? undefined : models.find(({ id }) => id === other)) ?? findModel(models, name);
}
