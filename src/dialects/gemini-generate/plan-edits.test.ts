import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Dialect, EditWishes } from '../dialect.ts';
import { geminiGenerate } from './gemini-generate.ts';

function edited(dialect: Dialect, text: string, wishes: Partial<EditWishes>): string {
  const bytes = Buffer.from(text);
  const body = JSON.parse(text) as JsonObject;
  const outline = outlineJson(bytes, { depthMax: 64, valuesMax: 100_000 });
  const asked = dialect.readAsked(body, { route: dialect.routes[0] ?? '', model: 'm', query: '' });
  return applyEdits(
    bytes,
    dialect.planEdits(outline, body, asked, { forceStreamUsage: true, warnings: new Warnings(), ...wishes }),
  ).toString();
}

const edit = (text: string, wishes: Partial<EditWishes>) => edited(geminiGenerate, text, wishes);
const contents = '"contents": [{"parts":[{"text":"\\u00e9"}]}]';

it('changes nothing without a wish, nor for a model, which stands in the address', () => {
  const text = `{ ${contents} }`;
  expect(edit(text, {})).toBe(text);
  expect(edit(text, { model: 'other' })).toBe(text);
});

it('sets a model right that stands in the body all the same', () => {
  expect(edit(`{"model": "models/m", ${contents}}`, { model: 'other' })).toBe(
    `{"model": "models/other", ${contents}}`,
  );
});

it.each([
  ['where there is none', `{${contents}}`, `{"systemInstruction":{"parts":[{"text":"S"}]},${contents}}`],
  [
    "before the client's",
    `{"systemInstruction":{"role":"user","parts":[{"text":"A"}]},${contents}}`,
    `{"systemInstruction":{"role":"user","parts":[{"text":"S"},{"text":"A"}]},${contents}}`,
  ],
  [
    'in the other spelling',
    `{"system_instruction":{"parts":{"text":"A"}},${contents}}`,
    `{"system_instruction":{"parts":[{"text":"S"},{"text":"A"}]},${contents}}`,
  ],
  [
    'before a bare text',
    `{"systemInstruction":"A",${contents}}`,
    `{"systemInstruction":{"parts":[{"text":"S"},{"text":"A"}]},${contents}}`,
  ],
  [
    'in the place of null',
    `{${contents},"systemInstruction":null}`,
    `{${contents},"systemInstruction":{"parts":[{"text":"S"}]}}`,
  ],
  [
    'before no parts',
    `{"systemInstruction":{},${contents}}`,
    `{"systemInstruction":{"parts":[{"text":"S"}]},${contents}}`,
  ],
])('puts the system prompt %s', (_name, before, after) => {
  expect(edit(before, { systemPrompt: 'S' })).toBe(after);
});

it('puts several edits in the order of the bytes', () => {
  expect(edit(`{"systemInstruction":null,${contents},"model":"m"}`, { systemPrompt: 'S', model: 'o' })).toBe(
    `{"systemInstruction":{"parts":[{"text":"S"}]},${contents},"model":"models/o"}`,
  );
});

describe('a history in which others have thought', () => {
  const SENTINEL = 'skip_thought_signature_validator';
  const question = { role: 'user', parts: [{ text: 'q' }] };
  const text = { text: 'a' };
  const call = (signature?: string) => ({
    functionCall: { name: 'f', args: {} },
    ...(signature !== undefined && { thoughtSignature: signature }),
  });
  const result = { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] };
  const thought = (signature?: string) => ({
    text: 'hm',
    thought: true,
    ...(signature !== undefined && { thoughtSignature: signature }),
  });
  const said = (...parts: unknown[]) => ({ role: 'model', parts });
  const talk = (...turns: unknown[]) => JSON.stringify({ contents: [question, ...turns] });
  /** For a model that checks signatures, and for one that does not. */
  const strict = (body: string) => edit(body, { model: 'gemini-3-pro' });
  const lax = (body: string) => edit(body, { model: 'gemini-2.5-flash' });
  const turnsOf = (body: string) => (JSON.parse(body) as { contents: unknown[] }).contents;

  it.each([
    ["another's signature", [{ ...text, thoughtSignature: 'gw1:anthropic:x' }], [text]],
    ['one in the other spelling', [{ ...text, thought_signature: 'gw1:anthropic:x' }], [text]],
    ["another's thoughts", [thought('gw1:anthropic:x'), text], [text]],
    [
      'their unsigned beginning',
      [thought(), { text: '', thought: true, thoughtSignature: 'gw1:a:x' }, text],
      [text],
    ],
    ['an empty text for the signature alone', [text, { text: '', thoughtSignature: 'gw1:a:x' }], [text]],
    ['nothing but a signature', [text, { thoughtSignature: 'gw1:a:x' }], [text]],
    ["another's signature of a call", [call('gw1:anthropic:x')], [call()]],
    ['nothing else', [thought('gw1:a:x')], [{ text: '(empty)' }]],
  ])('goes on without %s', (_name, before, after) => {
    expect(turnsOf(lax(talk(said(...before), question)))).toEqual([question, said(...after), question]);
  });

  it.each([
    [
      "another's thoughts",
      [thought('gw1:anthropic:x'), text],
      'dropped;param=contents;reason=thoughts_of_another_model',
    ],
    ["another's signature", [{ ...text, thoughtSignature: 'gw1:anthropic:x' }], ''],
    ["Google's own", [thought('own'), text], ''],
  ])('tells of thoughts that it takes out, and of nothing else: %s', (_name, parts, told) => {
    const warnings = new Warnings();
    edit(talk(said(...parts), question), { warnings });
    expect(warnings.asHeader()).toBe(told);
  });

  it.each([
    ["Google's own", talk(said(thought('own'), thought(), call('own'), call()), result)],
    ['calls of earlier turns', talk(said(call()), result, said(text), question)],
    ['a mark in a text', talk(said({ text: 'gw1:a:x' }), question)],
    ['the sentinel itself', talk(said(call(SENTINEL), call()), result)],
    [
      'one signed in the other spelling',
      talk(said({ function_call: { name: 'f' }, thought_signature: 'own' })),
    ],
    [
      'odd contents',
      '{"contents":[{"role":"model","parts":[null,1,"gw1:a:b",[]]},{"role":"model","parts":"x"}]}',
    ],
    ['a single content', '{"contents":{"parts":{"text":"gw1:a:x"}}}'],
  ])('not one byte is touched: %s', (_name, body) => {
    const spaced = body.replace('{', '{ ');
    expect(strict(spaced)).toBe(spaced);
    expect(lax(spaced)).toBe(spaced);
  });

  it.each([
    ['unsigned', call()],
    ['with an empty signature', call('')],
    ["with another's", call('gw1:anthropic:x')],
    ['with an empty one in the other spelling', { ...call(), thought_signature: '' }],
  ])('the first call of each step of the current turn gets the sentinel: %s', (_name, first) => {
    const body = talk(said(text, first, call()), result, said(first), result);
    expect(turnsOf(strict(body))).toEqual([
      question,
      said(text, call(SENTINEL), call()),
      result,
      said(call(SENTINEL)),
      result,
    ]);
  });

  it('signs only the turn that goes on, and only where Google does not know the step', () => {
    const old = [said(call()), result, said(text), question];
    expect(turnsOf(strict(talk(...old, said(call('own')), result, said(call()), result)))).toEqual([
      question,
      ...old,
      said(call('own')),
      result,
      said(call(SENTINEL)),
      result,
    ]);
  });

  it('does not sign for models that check nothing', () => {
    const body = talk(said(call()), result);
    expect(lax(body)).toBe(body);
    expect(edit(body, {})).not.toBe(body);
    expect(edit(body, { model: 'gemma-3-27b-it' })).toBe(body);
  });

  it('takes a single content, a single part and a call in the other spelling', () => {
    const lone = { role: 'model', parts: { function_call: { name: 'f' } } };
    const wanted = said({ function_call: { name: 'f' }, thoughtSignature: SENTINEL });
    expect(turnsOf(strict(JSON.stringify({ contents: lone })))).toEqual([wanted]);
  });

  it('leaves every byte but that of the contents, and does all else besides', () => {
    const body = `{ "n":1e400, "contents" : [${JSON.stringify(said(thought('gw1:a:x'), text))}] ,"model":"m"}`;
    expect(edit(body, { model: 'o', systemPrompt: 'S' })).toBe(
      `{"systemInstruction":{"parts":[{"text":"S"}]}, "n":1e400, "contents" : [${JSON.stringify(said(text))}] ,"model":"models/o"}`,
    );
  });

  it('is clean after once: twice changes nothing', () => {
    const signature = fc.constantFrom(undefined, '', 'own', 'gw1:anthropic:x', 'gw1:');
    const part = fc.oneof(
      signature.map(thought),
      signature.map(call),
      fc.constantFrom(text, null, 7, { text: '', thoughtSignature: 'gw1:a:x' }, result.parts[0]),
    );
    const turn = fc.record({ role: fc.constantFrom('user', 'model'), parts: fc.array(part) });
    fc.assert(
      fc.property(fc.array(turn), fc.constantFrom(strict, lax), (turns, editFor) => {
        const once = editFor(talk(...turns));
        expect(editFor(once)).toBe(once);
        expect(once).not.toContain('gw1:');
      }),
    );
  });
});
