import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { readCall as readCallWith } from './read-call.ts';

const address = { route: '/v1/completions', model: undefined, query: '' };

function readCall(body: JsonObject, warnings = new Warnings()) {
  return readCallWith(body, { address, warnings });
}

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
      suffix: ' end',
      user: null,
      metadata: {},
      vendor_thing: 1,
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
      stop: ['.'],
      choices: 2,
      seed: 7,
      isRawPrompt: true,
      suffix: ' end',
      extra: { vendor_thing: 1 },
    });
    expect(readCall({ prompt: ['Once'] }).messages).toHaveLength(1);
  });

  it('takes the smallest best_of that OpenAI documents for one that was not asked for', () => {
    expect(readCall({ prompt: 'a', best_of: 0 }).choices).toBe(1);
  });

  it.each<[JsonObject, string]>([
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1], [2]] }, 'prompt'],
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: 'a', echo: true }, 'echo'],
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

describe('a completions request on a lenient route', () => {
  it('goes on without what cannot be honoured, but not without its prompt', () => {
    const warnings = new Warnings(true);
    const call = readCall({ prompt: 'a', echo: true, best_of: 2 }, warnings);
    expect(call.messages).toHaveLength(1);
    expect(warnings.list.map((one) => one.param)).toEqual(['echo', 'best_of']);
    expect(() => readCall({ prompt: ['a', 'b'] }, warnings)).toThrow(GatewayError);
  });

  it('is not given the 16 tokens that OpenAI gives', () => {
    expect(readCall({ prompt: 'a' }).outputTokensMax).toBeUndefined();
  });
});
