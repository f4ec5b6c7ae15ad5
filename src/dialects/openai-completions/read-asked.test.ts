import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { openAiCompletions } from './openai-completions.ts';

const address = { route: '/v1/completions', model: undefined, query: '' };

describe('readAsked of completions', () => {
  it('reads all it looks at', () => {
    const body = {
      model: 'm',
      prompt: 'Once',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 16,
      n: 2,
      prompt_cache_key: 'k',
    };
    expect(openAiCompletions.readAsked(body, address)).toEqual({
      operation: 'completions',
      model: 'm',
      isStream: true,
      wantsStreamUsage: true,
      outputTokensMax: 16,
      choices: 2,
      sessionKey: 'k',
    });
  });

  it.each<[JsonObject, number]>([
    [{ prompt: '' }, 1],
    [{ prompt: ['a', 'b'], n: 2 }, 4],
    [{ prompt: [1, 2, 3] }, 1],
    [{ prompt: [[1], [2]], best_of: 3 }, 6],
    [{ prompt: 'a', n: 2, best_of: 3 }, 3],
    [{ prompt: 'a', best_of: 0 }, 1],
  ])('counts the answers that %j makes a backend write', (body, choices) => {
    expect(openAiCompletions.readAsked(body, address).choices).toBe(choices);
  });

  it.each<JsonObject>([
    {},
    { prompt: null },
    { prompt: 7 },
    { prompt: [] },
    { prompt: ['a', 1] },
    { prompt: [1, 'a'] },
    { prompt: [1.5] },
    { prompt: [[1], 2] },
    { prompt: [['a']] },
    { prompt: {} },
  ])('refuses %j', (body) => {
    expect(() => openAiCompletions.readAsked(body, address)).toThrow(GatewayError);
    expect(() => openAiCompletions.readAsked(body, address)).toThrow(/"prompt"/);
  });

  it('goes by the address of a deployment', () => {
    const azure = { route: '/openai/deployments/{model}/completions', model: 'dep', query: '' };
    expect(openAiCompletions.readAsked({ prompt: 'a', model: 'm' }, azure).model).toBe('dep');
    expect(openAiCompletions.routes).toContain(azure.route);
  });
});
