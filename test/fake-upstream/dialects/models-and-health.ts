/** What is here and whether it lives: /v1/models (OpenAI's shape, or Anthropic's by its header), /health, Ollama's and Gemini's lists. */
import type { Json, JsonObject } from '../json.ts';
import { type Arrived, type House, type Operation, PlainBody } from '../operation.ts';
import { openaiFailure } from './openai-failure.ts';

const CREATED_S = 1_760_000_000;

export const health: Operation = {
  name: 'health',
  failure: openaiFailure,
  matches: (method, path) => method === 'GET' && /^(\/v1)?\/(health|healthz|ping|readyz)$/.test(path),
  modelOf: () => '',
  answer: { kind: 'plain', whole: () => ({ status: 'ok' }) },
};

export const modelList: Operation = {
  name: 'models',
  failure: openaiFailure,
  matches: (method, path) => method === 'GET' && /^(\/v1)?\/models$/.test(path),
  modelOf: () => '',
  answer: { kind: 'plain', whole: listModels },
};

export const oneModel: Operation = {
  name: 'model',
  failure: openaiFailure,
  matches: (method, path) => method === 'GET' && /^(\/v1)?\/models\/.+/.test(path),
  modelOf: ({ path }) => path.slice(path.indexOf('/models/') + '/models/'.length),
  answer: { kind: 'plain', whole: tellOne },
};

function listModels({ headers }: Arrived, house: House): Json {
  const data = house.models.map((id) => describe(headers, id));
  if (!headers['anthropic-version']) return { object: 'list', data };
  return { data, has_more: false, first_id: house.models[0] ?? null, last_id: house.models.at(-1) ?? null };
}

function tellOne(arrived: Arrived, house: House): Json | PlainBody {
  const id = oneModel.modelOf(arrived);
  if (house.models.includes(id)) return describe(arrived.headers, id);
  const envelope = openaiFailure.envelope(404, `The model '${id}' does not exist`);
  return new PlainBody('application/json', Buffer.from(JSON.stringify(envelope)), 404);
}

function describe(headers: Arrived['headers'], id: string): JsonObject {
  if (!headers['anthropic-version'])
    return { id, object: 'model', created: CREATED_S, owned_by: 'fake-upstream' };
  return { type: 'model', id, display_name: id, created_at: new Date(CREATED_S * 1000).toISOString() };
}
