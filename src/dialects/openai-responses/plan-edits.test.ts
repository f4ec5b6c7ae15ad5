import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { openAiResponses } from './openai-responses.ts';

function edited(json: string, wishes: Partial<EditWishes>): string {
  const bytes = Buffer.from(json);
  const body = JSON.parse(json) as JsonObject;
  const outline = outlineJson(bytes, { depthMax: 100, valuesMax: 1000 });
  const asked = openAiResponses.readAsked(body);
  const edits = openAiResponses.planEdits(outline, body, asked, { forceStreamUsage: true, ...wishes });
  return applyEdits(bytes, edits).toString('utf8');
}

describe('edits of a Responses request', () => {
  it('are none without a wish, though usage is forced', () => {
    const json = '{ "input" : "hi",  "model":"a", "stream":true }';
    expect(edited(json, {})).toBe(json);
  });

  it('replace the model and nothing else', () => {
    expect(edited('{"input": "hi", "model" : "a" ,"x":1}', { model: 'b' })).toBe(
      '{"input": "hi", "model" : "b" ,"x":1}',
    );
  });

  it('put the system prompt in front of the instructions', () => {
    const json = edited('{"instructions":"Be brief.","input":"hi"}', { systemPrompt: 'Be kind.' });
    expect(JSON.parse(json)).toEqual({ instructions: 'Be kind.\n\nBe brief.', input: 'hi' });
  });

  it.each(['{"input":"hi"}', '{"input":"hi","instructions":null}', '{"input":"hi","instructions":""}'])(
    'make the system prompt the instructions of %s',
    (json) => {
      expect(JSON.parse(edited(json, { systemPrompt: 'Be "kind".' }))).toEqual({
        instructions: 'Be "kind".',
        input: 'hi',
      });
    },
  );

  it('work together, whichever stands first', () => {
    const wishes = { model: 'b', systemPrompt: 'P' };
    const wanted = { model: 'b', instructions: 'P\n\nI', input: 'hi' };
    expect(JSON.parse(edited('{"instructions":"I","model":"a","input":"hi"}', wishes))).toEqual(wanted);
    expect(JSON.parse(edited('{"model":"a","input":"hi","instructions":"I"}', wishes))).toEqual(wanted);
    expect(JSON.parse(edited('{"input":"hi"}', wishes))).toEqual({ ...wanted, instructions: 'P' });
  });

  it('are refused where the instructions are no text', () => {
    expect(() => edited('{"input":"hi","instructions":["x"]}', { systemPrompt: 'P' })).toThrow(
      /"instructions" must be a string/,
    );
  });
});
