import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { openAiCompletions } from './openai-completions.ts';

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
    expect(openAiCompletions.readAsked(body)).toEqual({
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
  ])('counts the answers that %j makes a backend write', (body, choices) => {
    expect(openAiCompletions.readAsked(body).choices).toBe(choices);
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
    expect(() => openAiCompletions.readAsked(body)).toThrow(GatewayError);
    expect(() => openAiCompletions.readAsked(body)).toThrow(/"prompt"/);
  });
});
