/** Ollama's look-ups: /api/tags, /api/ps, /api/show, /api/version and GET /. */
import { type Json, type JsonObject, stringIn } from '../json.ts';
import { type Arrived, type House, type Operation, PlainBody } from '../operation.ts';
import { ollamaFailure } from './ollama-failure.ts';

const DETAILS = {
  parent_model: '',
  format: 'gguf',
  family: 'llama',
  families: ['llama'],
  parameter_size: '1.2B',
  quantization_level: 'Q4_K_M',
};
const LONG_AGO = '2026-01-02T03:04:05.678901234Z';

export const ollamaLookUps: readonly Operation[] = [
  lookUp('ollama-tags', 'GET', '/api/tags', (_, house) => ({ models: house.models.map(describe) })),
  lookUp('ollama-ps', 'GET', '/api/ps', (_, house) => ({
    models: [...house.residents].map(describeResident),
  })),
  lookUp('ollama-version', 'GET', '/api/version', () => ({ version: '0.12.99' })),
  lookUp('ollama-show', 'POST', '/api/show', show),
  lookUp(
    'ollama-root',
    'GET',
    '/',
    () => new PlainBody('text/plain; charset=utf-8', Buffer.from('Ollama is running')),
  ),
  lookUp('ollama-root', 'HEAD', '/', () => new PlainBody('text/plain; charset=utf-8', Buffer.alloc(0))),
];

export function lookUp(
  name: string,
  method: string,
  path: string,
  whole: (arrived: Arrived, house: House) => Json | PlainBody,
): Operation {
  return {
    name,
    failure: ollamaFailure,
    matches: (asked, at) => asked === method && at === path,
    modelOf: ({ body }) => stringIn(body.model) || stringIn(body.name),
    answer: { kind: 'plain', whole },
  };
}

function show({ body }: Arrived): Json {
  return {
    license: '',
    modelfile: `FROM ${stringIn(body.model)}`,
    parameters: '',
    template: '{{ .Prompt }}',
    details: DETAILS,
    model_info: { 'general.architecture': 'llama', 'llama.context_length': 8192 },
    capabilities: ['completion', 'tools', 'vision', 'thinking'],
    modified_at: LONG_AGO,
  };
}

function describe(model: string): JsonObject {
  const name = tagged(model);
  return {
    name,
    model: name,
    modified_at: LONG_AGO,
    size: 1_000_000,
    digest: 'f'.repeat(64),
    details: DETAILS,
  };
}

function describeResident(model: string): JsonObject {
  return {
    ...describe(model),
    expires_at: '2099-01-01T00:00:00Z',
    size_vram: 1_000_000,
    context_length: 8192,
  };
}

function tagged(model: string): string {
  return model.includes(':') ? model : `${model}:latest`;
}
