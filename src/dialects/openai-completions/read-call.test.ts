import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { readCall } from './read-call.ts';

describe('readCall of completions', () => {
  it('wraps the prompt as one user message', () => {
    const body = {
      model: 'm',
      prompt: 'Once',
      max_tokens: 5,
      temperature: 1,
      stop: ['.'],
      n: 2,
      seed: 7,
      echo: false,
      logprobs: null,
    };
    expect(readCall(body)).toEqual({
      kind: 'generation',
      model: 'm',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Once' }] }],
      tools: [],
      outputTokensMax: 5,
      temperature: 1,
      topP: undefined,
      stop: ['.'],
      choices: 2,
      extra: { seed: 7 },
    });
    expect(readCall({ prompt: ['Once'] }).messages).toHaveLength(1);
  });

  it.each<[JsonObject, string]>([
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1], [2]] }, 'prompt'],
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: 'a', echo: true }, 'echo'],
    [{ prompt: 'a', suffix: 'z' }, 'suffix'],
    [{ prompt: 'a', logprobs: 0 }, 'logprobs'],
    [{ prompt: 'a', best_of: 2 }, 'best_of'],
  ])('refuses what only completions can: %j', (body, param) => {
    try {
      readCall(body);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(GatewayError);
      expect(error).toMatchObject({ code: 'unsupported_parameter', details: { param } });
    }
  });
});
