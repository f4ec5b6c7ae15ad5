import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { EditWishes } from '../dialect.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';

const limits = { depthMax: 64, valuesMax: 100_000 };

function edited(text: string, wishes: Partial<EditWishes>): string {
  const bytes = Buffer.from(text, 'utf8');
  const body = JSON.parse(text);
  const asked = { ...readAsked({ messages: [{}] }) };
  const edits = planEdits(outlineJson(bytes, limits), body, asked, {
    forceStreamUsage: false,
    warnings: new Warnings(),
    ...wishes,
  });
  return applyEdits(bytes, edits).toString('utf8');
}

describe('a body on its way to a backend of the same dialect', () => {
  it('is not touched without a wish', () => {
    const body = '{ "model":"m", "n":12345678901234567890, "novelty":{"é":1e400} }';
    expect(edited(body, {})).toBe(body);
    expect(edited(body, { forceStreamUsage: true })).toBe(body);
  });

  it.each([
    ['a name', '{"a":1, "model" : "m","b":1e400}', '{"a":1, "model" : "x","b":1e400}'],
    ['no name', '{"a":1}', '{"model":"x","a":1}'],
    ['nothing at all', '{}', '{"model":"x"}'],
  ])('model: %s', (_, body, expected) => {
    expect(edited(body, { model: 'x' })).toBe(expected);
  });

  const systemPrompt = 'Be "kind"\nalways';
  it.each([
    ['a text', '{"system":"S","a":1}', { system: `${systemPrompt}\n\nS`, a: 1 }],
    ['an empty text', '{"system":""}', { system: systemPrompt }],
    [
      'blocks',
      '{"system":[ {"type":"text","text":"S"}]}',
      {
        system: [
          { type: 'text', text: systemPrompt },
          { type: 'text', text: 'S' },
        ],
      },
    ],
    ['no blocks', '{"system":[]}', { system: [{ type: 'text', text: systemPrompt }] }],
    ['null', '{"system":null}', { system: systemPrompt }],
    ['absent', '{"a":1}', { system: systemPrompt, a: 1 }],
  ])('the app’s system prompt stands in front where `system` is %s', (_, body, expected) => {
    expect(JSON.parse(edited(body, { systemPrompt }))).toEqual(expected);
  });

  it('takes both wishes at once', () => {
    expect(JSON.parse(edited('{"a":1}', { systemPrompt, model: 'x' }))).toEqual({
      model: 'x',
      system: systemPrompt,
      a: 1,
    });
  });
});

describe('a history in which others have thought', () => {
  const user = { role: 'user', content: 'q' };
  const own = { type: 'thinking', thinking: 't', signature: 'own==' };
  const sealed = { type: 'redacted_thinking', data: 'own==' };
  const unsigned = { type: 'thinking', thinking: 't', signature: '' };
  const marked = { type: 'thinking', thinking: 't', signature: 'gw1:gemini:x' };
  const carrier = { type: 'thinking', thinking: '', signature: 'gw1:gemini:tool-use:x' };
  const markedSeal = { type: 'redacted_thinking', data: 'gw1:openai:x' };
  const text = { type: 'text', text: 'a' };
  const use = { type: 'tool_use', id: 'u', name: 'f', input: {} };
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'u', content: 'r' }] };
  const said = (...content: unknown[]) => ({ role: 'assistant', content });
  const talk = (...turns: unknown[]) => JSON.stringify({ max_tokens: 9, messages: [user, ...turns] });
  const cleaned = (body: string) => JSON.parse(edited(body, {})) as JsonObject;

  it.each([
    ['an empty signature', [unsigned, text], [text]],
    ["another's", [marked, text], [text]],
    ['a signature carried for a tool use', [own, carrier, use], [own, use]],
    ["another's seal", [markedSeal, text], [text]],
    ['several, in between', [own, marked, text, unsigned, use, markedSeal], [own, text, use]],
    ['nothing beside', [unsigned], [{ type: 'text', text: '(empty)' }]],
  ])('goes on without thoughts that have %s', (_, before, after) => {
    expect(cleaned(talk(said(...before), user))['messages']).toEqual([user, said(...after), user]);
  });

  it.each([
    ['thoughts', [marked, text], 'dropped;param=messages;reason=thoughts_of_another_model'],
    ['a seal', [markedSeal, text], 'dropped;param=messages;reason=thoughts_of_another_model'],
    ['nothing but a signature', [own, carrier, use], ''],
    ['nothing', [own, sealed, text, use], ''],
  ])('tells what it takes out: %s', (_, content, told) => {
    const warnings = new Warnings();
    edited(talk(said(...content), result), { warnings });
    expect(warnings.asHeader()).toBe(told);
  });

  it.each([
    ["Anthropic's own thoughts", talk(said(own, sealed, text, use), result)],
    ['a turn that is a text', talk({ role: 'assistant', content: 'gw1:gemini:x' }, user)],
    ['texts that look like a mark', talk(said({ type: 'text', text: 'gw1:a:b', signature: '' }), user)],
    ['thoughts without the member', talk(said({ type: 'thinking', thinking: 't' }), user)],
    ['odd turns', '{"messages":[null,1,"gw1:",[],{"content":{"type":"thinking"}},{"content":[null,7,[]]}]}'],
    ['no talk', '{"messages":"gw1:a:b"}'],
  ])('not one byte is touched: %s', (_, body) => {
    const spaced = body.replace('{', '{ ');
    expect(edited(spaced, {})).toBe(spaced);
  });

  it('leaves every byte but that of the messages', () => {
    const body = `{ "n":12345678901234567890, "messages" : [${JSON.stringify(said(marked, text))}] ,"x":1e400}`;
    const wanted = `{ "n":12345678901234567890, "messages" : [${JSON.stringify(said(text))}] ,"x":1e400}`;
    expect(edited(body, {})).toBe(wanted);
    expect(edited(body, { model: 'x', systemPrompt: 'S' })).toBe(
      wanted.replace('{', '{"model":"x","system":"S",'),
    );
  });

  const thinking = { type: 'enabled', budget_tokens: 1024 };
  const thinkingOf = (asked: unknown, ...turns: unknown[]) =>
    cleaned(JSON.stringify({ thinking: asked, messages: [user, ...turns] }))['thinking'];

  it.each([
    ['unsigned', said(unsigned, use)],
    ['marked', said(marked, carrier, text, use)],
    ['sealed', said(markedSeal, use)],
  ])('stops counted thoughts where the tool loop lost its own: %s', (_, turn) => {
    expect(thinkingOf(thinking, turn, result)).toEqual({ type: 'disabled' });
  });

  it('tells that it stops them', () => {
    const warnings = new Warnings();
    edited(JSON.stringify({ thinking, messages: [user, said(unsigned, use), result] }), { warnings });
    expect(warnings.list).toContainEqual({
      action: 'changed',
      param: 'thinking',
      reason: 'off_for_missing_thoughts',
    });
  });

  it.each([
    ['they are adaptive', { type: 'adaptive' }, [said(unsigned, use), result]],
    ['they are off already', { type: 'disabled' }, [said(unsigned, use), result]],
    ['the turn begins with thoughts of its own', thinking, [said(own, carrier, use), result]],
    ['the turn begins with a seal of its own', thinking, [said(sealed, carrier, use), result]],
    ['an earlier turn lost them', thinking, [said(unsigned, use), result, said(own, text), user]],
    ['no tool was used', thinking, [said(unsigned, text), user]],
    ['the client lost them', thinking, [said(marked, text), user, said(use), result]],
  ])('leaves thinking alone where %s', (_, asked, turns) => {
    expect(thinkingOf(asked, ...turns)).toEqual(asked);
  });

  it('is clean after once: twice changes nothing', () => {
    const block = fc.constantFrom(own, sealed, unsigned, marked, carrier, markedSeal, text, use, null, 7);
    const turn = fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.array(block) });
    fc.assert(
      fc.property(fc.array(turn), fc.boolean(), (messages, thinks) => {
        const once = edited(JSON.stringify({ messages, ...(thinks && { thinking }) }), {});
        expect(edited(once, {})).toBe(once);
        expect(once).not.toMatch(/gw1:|"signature":""/);
        const kept = (list: readonly unknown[]) => list.flat().filter((one) => one === null || one === 7);
        const contents = (JSON.parse(once) as { messages: { content: unknown[] }[] }).messages;
        expect(kept(contents.map(({ content }) => content))).toEqual(
          kept(messages.map(({ content }) => content)),
        );
      }),
    );
  });
});
