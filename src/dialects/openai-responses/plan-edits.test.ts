import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { EditWishes } from '../dialect.ts';
import { ItemIds } from './item-ids.ts';
import { openAiResponses } from './openai-responses.ts';

const address = { route: '/v1/responses', model: undefined, query: '' };

function edited(json: string, wishes: Partial<EditWishes>): string {
  const bytes = Buffer.from(json);
  const body = JSON.parse(json) as JsonObject;
  const outline = outlineJson(bytes, { depthMax: 100, valuesMax: 1000 });
  const asked = openAiResponses.readAsked(body, address);
  const edits = openAiResponses.planEdits(outline, body, asked, {
    forceStreamUsage: true,
    warnings: new Warnings(),
    ...wishes,
  });
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

describe('a history in which others have thought', () => {
  const made = new ItemIds('req_01').item('rs', 0);
  const reasoning = (id: string | undefined, encrypted_content?: string | null) => ({
    ...(id !== undefined && { id }),
    type: 'reasoning',
    summary: [],
    ...(encrypted_content !== undefined && { encrypted_content }),
  });
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' };
  const output = { type: 'function_call_output', call_id: 'c', output: 'r' };
  const talk = (...items: unknown[]) => JSON.stringify({ input: [...items, call, output] });
  const inputOf = (json: string, wishes: Partial<EditWishes> = {}) =>
    (JSON.parse(edited(json, wishes)) as { input: unknown[] }).input;

  it.each([
    ['made up here', reasoning(made)],
    ['made up here, unsealed', reasoning(made, null)],
    ['made up here, with an empty seal', reasoning(made, '')],
    ["made up here for another's seal", reasoning(made, 'gw1:gemini:call:x')],
    ["with another's seal and no id", reasoning(undefined, 'gw1:anthropic:x')],
    ["with another's seal and any id", reasoning('rs_68', 'gw1:anthropic:x')],
    ['referred to by an id made up here', { type: 'item_reference', id: made }],
  ])('goes on without reasoning %s', (_name, item) => {
    const warnings = new Warnings();
    expect(inputOf(talk(item), { warnings })).toEqual([call, output]);
    expect(warnings.asHeader()).toBe('dropped;param=input;reason=thoughts_of_another_model');
  });

  it.each([
    [
      "OpenAI's own",
      talk(reasoning('rs_68af', 'gAAAAA=='), reasoning('rs_68af'), reasoning(undefined, 'gAAAAA==')),
    ],
    ['references to what it keeps', talk({ type: 'item_reference', id: 'rs_68af' })],
    ['our ids of other items', talk({ type: 'message', id: 'rs_gw_1', role: 'user', content: 'gw1:a:x' })],
    ['a text', '{"input":"gw1:gemini:x"}'],
    [
      'odd items',
      '{"input":[null,1,"rs_gw_1",[],{"type":"reasoning","id":7,"encrypted_content":["gw1:a:x"]}]}',
    ],
  ])('not one byte is touched: %s', (_name, json) => {
    const spaced = json.replace('{', '{ ');
    expect(edited(spaced, {})).toBe(spaced);
  });

  it("keeps OpenAI's own seal on an item that was written anew, without the id it does not know", () => {
    expect(inputOf(talk(reasoning(made, 'gAAAAA==')))).toEqual([
      reasoning(undefined, 'gAAAAA=='),
      call,
      output,
    ]);
  });

  it('leaves every byte but that of the input, and does all else besides', () => {
    const json = `{ "n":1e400, "input" : [${JSON.stringify(reasoning(made))}, {"role":"user"}] ,"model":"a"}`;
    expect(edited(json, { model: 'b', systemPrompt: 'P' })).toBe(
      '{"instructions":"P", "n":1e400, "input" : [{"role":"user"}] ,"model":"b"}',
    );
  });

  it('is clean after once: twice changes nothing', () => {
    const ids = fc.constantFrom(undefined, made, 'rs_68');
    const seals = fc.constantFrom(undefined, null, '', 'gAAAAA==', 'gw1:gemini:x', 'gw1:');
    const item = fc.oneof(
      fc.tuple(ids, seals).map(([id, seal]) => reasoning(id, seal)),
      fc.constantFrom(call, output, null, 7, { type: 'item_reference', id: made }),
    );
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const once = edited(talk(...items), {});
        expect(edited(once, {})).toBe(once);
        expect(once).not.toMatch(/gw1:|rs_gw_/);
      }),
    );
  });
});

describe('the id of a reasoning item made here', () => {
  it('bears a mark, and is short enough to be sent back', () => {
    const id = new ItemIds('r'.repeat(200)).item('rs', 12_345);
    expect(id).toMatch(/^rs_gw_r+_12345$/);
    expect(id.length).toBeLessThanOrEqual(64);
  });

  it('is the only one that bears it', () => {
    const ids = new ItemIds('r');
    expect((['msg', 'fc', 'ctc', 'ig'] as const).map((prefix) => ids.item(prefix, 1))).toEqual([
      'msg_r_1',
      'fc_r_1',
      'ctc_r_1',
      'ig_r_1',
    ]);
  });
});
