import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ListedModel } from '../models-page.ts';
import { ollamaPages } from './ollama-chat.ts';

const model = (id: string, rest: Partial<ListedModel> = {}): ListedModel => ({
  id,
  ownedBy: 'backend',
  createdS: 1770933092,
  operations: ['chat', 'responses', 'completions'],
  inputTokensMax: undefined,
  outputTokensMax: undefined,
  isRunning: false,
  ...rest,
});
const models = [
  model('big', { inputTokensMax: 8192, isRunning: true }),
  model('small:latest', { operations: ['embeddings'] }),
  model('art', { operations: ['images', 'rerank'] }),
];

function ask(route: string, body?: JsonObject) {
  const page = ollamaPages.find((one) => one.route === route);
  return page?.answer(models, { model: undefined, query: '', body }) as JsonObject;
}

const details = {
  parent_model: '',
  format: '',
  family: 'gateway',
  families: ['gateway'],
  parameter_size: '',
  quantization_level: '',
};

describe('the pages of Ollama', () => {
  it('list all models', () => {
    const [big, small, art] = ask('/api/tags')['models'] as JsonObject[];
    expect(big).toEqual({
      name: 'big',
      model: 'big',
      modified_at: '2026-02-12T21:51:32.000000000Z',
      size: 0,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      details,
      capabilities: ['completion', 'tools'],
    });
    expect([small?.['capabilities'], art?.['capabilities']]).toEqual([['embedding'], ['image']]);
  });

  it('give a name always the same digest, and no other name that one', () => {
    const digests = () => (ask('/api/tags')['models'] as JsonObject[]).map(({ digest }) => digest);
    expect(digests()).toEqual(digests());
    expect(new Set(digests()).size).toBe(3);
  });

  it.each([
    [{ model: 'big' }, ['completion', 'tools']],
    [{ name: 'big' }, ['completion', 'tools']],
    [{ model: 'big:latest' }, ['completion', 'tools']],
    [{ model: 'small' }, ['embedding']],
    [{ model: 'small:latest', verbose: true }, ['embedding']],
  ])('show one model, with or without its tag: %j', (body, capabilities) => {
    expect(ask('/api/show', body)).toMatchObject({ capabilities, details });
  });

  it('show the context length under the name of the architecture, if it is known', () => {
    expect(ask('/api/show', { model: 'big' })['model_info']).toEqual({
      'general.architecture': 'gateway',
      'gateway.context_length': 8192,
    });
    expect(ask('/api/show', { model: 'art' })['model_info']).toEqual({ 'general.architecture': 'gateway' });
  });

  it.each([
    [{ model: 'gone' }, 'model_not_found'],
    [{ model: 'big:8b' }, 'model_not_found'],
    [{}, 'invalid_request'],
    [{ model: 5 }, 'invalid_request'],
    [undefined, 'invalid_request'],
  ])('show nothing for %j', (body, code) => {
    expect(() => ask('/api/show', body)).toThrow(expect.objectContaining({ code }));
  });

  it('say that a model is not found in the words of Ollama', () => {
    const page = ollamaPages.find((one) => one.route === '/api/show');
    let error: unknown;
    try {
      ask('/api/show', { model: 'gone' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(GatewayError);
    expect(page?.writeError(error as GatewayError)).toEqual({ error: "model 'gone' not found" });
  });

  it('list the models at work', () => {
    expect(ask('/api/ps')['models']).toEqual([
      expect.objectContaining({ name: 'big', model: 'big', context_length: 8192, size_vram: 0, details }),
    ]);
  });

  it('tell the version and that they are there without a key, and nothing of models', () => {
    expect(ask('/api/version')).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(ask('/')).toBe('Ollama is running');
    const open = ollamaPages.filter((page) => !page.needsKey).map((page) => page.route);
    expect(open).toEqual(['/api/version', '/']);
  });
});
