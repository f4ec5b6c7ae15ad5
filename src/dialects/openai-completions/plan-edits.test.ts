import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceOf, looseJson } from '../../../test/support/loose-json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { EditWishes } from '../dialect.ts';
import { openAiCompletions } from './openai-completions.ts';

const address = { route: '/v1/completions', model: undefined, query: '' };

function edited(text: string, wishes: Partial<EditWishes>): string {
  const bytes = Buffer.from(text);
  const body = JSON.parse(text) as JsonObject;
  const outline = outlineJson(bytes, { depthMax: 64, valuesMax: 100_000 });
  const asked = openAiCompletions.readAsked(body, address);
  const edits = openAiCompletions.planEdits(outline, body, asked, {
    forceStreamUsage: false,
    warnings: new Warnings(),
    ...wishes,
  });
  return applyEdits(bytes, edits).toString();
}

describe('planEdits of completions', () => {
  it('puts the system prompt in front of a text, and leaves the text as it was written', () => {
    const text = '{ "prompt" : "Once \\u0075pon", "max_tokens":1 }';
    expect(edited(text, { systemPrompt: 'Be "kind".' })).toBe(
      '{ "prompt" : "Be \\"kind\\".\\n\\nOnce \\u0075pon", "max_tokens":1 }',
    );
  });

  it('leaves tokens alone', () => {
    for (const text of ['{"prompt":[1, 2]}', '{"prompt":[[1], [2]]}'])
      expect(edited(text, { systemPrompt: 'Hi' })).toBe(text);
  });

  it('sets model and usage in one go', () => {
    expect(edited('{"prompt":"","stream":true}', { model: 'm', forceStreamUsage: true })).toBe(
      '{"model":"m","stream_options":{"include_usage":true},"prompt":"","stream":true}',
    );
  });

  it('does the same to randomly written requests', () => {
    const anyText = fc.string({ unit: 'binary' });
    const anyPrompt = fc.oneof(
      anyText,
      fc.array(anyText, { minLength: 1 }),
      fc.array(fc.nat(), { minLength: 1 }),
    );
    const anyBody = fc.record(
      { prompt: anyPrompt, model: anyText, user: fc.jsonValue() },
      { requiredKeys: ['prompt'] },
    );
    fc.assert(
      fc.property(anyBody, anyText, anyText, fc.nat(), (body, model, systemPrompt, seed) => {
        const text = looseJson(body as JsonObject, diceOf(seed));
        const original = JSON.parse(text) as JsonObject;
        const prompt = prefixed(original['prompt'] as JsonValue, systemPrompt);
        expect(JSON.parse(edited(text, { model, systemPrompt }))).toEqual({ ...original, model, prompt });
      }),
      { numRuns: 100 },
    );
  });
});

function prefixed(prompt: JsonValue, systemPrompt: string): JsonValue {
  if (systemPrompt === '' || typeof prompt === 'number') return prompt;
  if (typeof prompt === 'string') return `${systemPrompt}\n\n${prompt}`;
  return (prompt as JsonValue[]).map((one) => prefixed(one, systemPrompt));
}
