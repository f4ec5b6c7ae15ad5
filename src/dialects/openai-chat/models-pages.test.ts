import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { ListedModel, PageRequest } from '../models-page.ts';
import { openAiPages } from './openai-chat.ts';

const model = (id: string): ListedModel => ({
  id,
  ownedBy: 'local',
  createdS: 7,
  operations: ['chat'],
  inputTokensMax: undefined,
  outputTokensMax: undefined,
  isRunning: false,
});
const models = [model('llama3.1:8b'), model('org/qwen')];

function ask(route: string, asked: Partial<PageRequest> = {}): unknown {
  const page = openAiPages.find((one) => one.route === route);
  expect(page).toMatchObject({ method: 'GET', needsKey: true });
  expect(page).not.toHaveProperty('header');
  return page?.answer(models, { model: undefined, query: '', body: undefined, ...asked });
}

describe('the model pages of OpenAI', () => {
  const wire = { id: 'llama3.1:8b', object: 'model', created: 7, owned_by: 'local' };

  it.each(['/v1/models', '/models', '/openai/models', '/openai/v1/models'])('list all under %s', (route) => {
    expect(ask(route)).toEqual({ object: 'list', data: [wire, { ...wire, id: 'org/qwen' }] });
  });

  it.each(['/v1/models/{model}', '/models/{model}', '/openai/v1/models/{model}'])(
    'show one under %s',
    (route) => {
      expect(ask(route, { model: 'llama3.1:8b' })).toEqual(wire);
    },
  );

  it('name the nearest for one that is not there', () => {
    try {
      ask('/v1/models/{model}', { model: 'llama3.1:8' });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(GatewayError);
      expect(error).toMatchObject({ code: 'model_not_found', details: { param: 'model' } });
      expect((error as GatewayError).message).toContain('Did you mean "llama3.1:8b"?');
    }
  });
});
