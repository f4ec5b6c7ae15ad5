import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceOf, looseJson } from '../../../test/support/loose-json.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Address, EditWishes } from '../dialect.ts';
import { openAiChat } from './openai-chat.ts';

const plain: Address = { route: '/v1/chat/completions', model: undefined, query: '' };

function edited(text: string, wishes: Partial<EditWishes>, address = plain): string {
  const bytes = Buffer.from(text);
  const body = JSON.parse(text) as JsonObject;
  const outline = outlineJson(bytes, { depthMax: 64, valuesMax: 100_000 });
  const asked = openAiChat.readAsked(body, address);
  const edits = openAiChat.planEdits(outline, body, asked, {
    forceStreamUsage: false,
    warnings: new Warnings(),
    ...wishes,
  });
  edits.reduce((end, edit) => {
    expect(edit.start).toBeGreaterThanOrEqual(end);
    return edit.end + (edit.start === edit.end ? 1 : 0);
  }, 0);
  return applyEdits(bytes, edits).toString();
}

describe('planEdits of chat', () => {
  it('changes nothing without a wish', () => {
    const text = '{ "messages" : [ {"role":"user"} ] }';
    expect(edited(text, {})).toBe(text);
  });

  it('replaces the model and leaves every other byte as it was', () => {
    const text =
      '{ "temperature":0.70, "model" : "a",\n"messages":[ {"role":"user","content":"\\u00e9 é"} ] }';
    expect(edited(text, { model: 'b"c' })).toBe(text.replace('"a"', '"b\\"c"'));
  });

  it('puts several new members in as one', () => {
    const text = '{"stream":true,"messages":[{"role":"user"}]}';
    expect(edited(text, { model: 'm', forceStreamUsage: true })).toBe(
      '{"model":"m","stream_options":{"include_usage":true},"stream":true,"messages":[{"role":"user"}]}',
    );
  });

  it('keeps the other stream options of the client', () => {
    const text =
      '{"stream":true,"stream_options":{"include_obfuscation":false,"include_usage":false},"messages":[{"role":"user"}]}';
    const body = JSON.parse(edited(text, { forceStreamUsage: true })) as JsonObject;
    expect(body['stream_options']).toEqual({ include_obfuscation: false, include_usage: true });
  });

  it('forces no usage where there is no stream, or where the client asked for it', () => {
    const whole = '{"messages":[{"role":"user"}]}';
    expect(edited(whole, { forceStreamUsage: true })).toBe(whole);
    const own = '{"stream":true,"stream_options":{"include_usage" : true},"messages":[{"role":"user"}]}';
    expect(edited(own, { forceStreamUsage: true })).toBe(own);
  });

  it('puts the system prompt before the first message', () => {
    expect(edited('{"messages":[ {"role":"user"} ]}', { systemPrompt: 'Be "kind".' })).toBe(
      '{"messages":[{"role":"system","content":"Be \\"kind\\"."}, {"role":"user"} ]}',
    );
  });

  it('leaves no comma behind in an empty list of messages', () => {
    const text = '{"messages":[ \n ]}';
    const body = JSON.parse(text) as JsonObject;
    const outline = outlineJson(Buffer.from(text), { depthMax: 9, valuesMax: 99 });
    const asked = openAiChat.readAsked({ messages: [{ role: 'user' }] }, plain);
    const wishes = { systemPrompt: 'Hi', forceStreamUsage: false, warnings: new Warnings() };
    const result = applyEdits(Buffer.from(text), openAiChat.planEdits(outline, body, asked, wishes));
    expect(JSON.parse(result.toString())).toEqual({ messages: [{ role: 'system', content: 'Hi' }] });
  });

  it('writes the name in the address of a deployment into the body', () => {
    const azure = { route: '/openai/deployments/{model}/chat/completions', model: 'my-dep', query: '' };
    const text = '{"model":"gpt-4.1","messages":[{"role":"user"}]}';
    expect(edited(text, {}, azure)).toBe(text.replace('gpt-4.1', 'my-dep'));
    expect(edited(text, { model: 'theirs' }, azure)).toBe(text.replace('gpt-4.1', 'theirs'));
    expect(edited('{"messages":[{"role":"user"}]}', {}, azure)).toContain('"model":"my-dep"');
  });

  it('writes a Responses body anew as a chat body', () => {
    const text = '{ "model":"a" , "input":"Hé", "stream":true, "store":false }';
    const wishes = { model: 'b', systemPrompt: 'Be kind.', forceStreamUsage: true };
    expect(JSON.parse(edited(text, wishes))).toEqual({
      model: 'b',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hé' },
      ],
      stream: true,
      store: false,
      stream_options: { include_usage: true },
    });
    expect(JSON.parse(edited('{"input":"Hi"}', {}))).toEqual({ messages: [{ role: 'user', content: 'Hi' }] });
  });

  it('does the same to randomly written requests', () => {
    fc.assert(
      fc.property(anyBody, anyWishes, fc.nat(), (body, wishes, seed) => {
        const text = looseJson(body, diceOf(seed));
        const original = JSON.parse(text) as JsonObject;
        expect(JSON.parse(edited(text, wishes))).toEqual(expected(original, wishes));
      }),
      { numRuns: 200 },
    );
  });
});

it('thoughts in a Responses body have no place in a chat, which is told', () => {
  const warnings = new Warnings();
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [] };
  const asked = { type: 'message', role: 'user', content: 'q' };
  edited(JSON.stringify({ input: [asked, reasoning] }), { warnings });
  expect(warnings.asHeader()).toBe('dropped;param=input;reason=thoughts_of_another_model');
  const none = new Warnings();
  edited(JSON.stringify({ input: [asked] }), { warnings: none });
  expect(none.list).toEqual([]);
});

describe('a history that bears signatures of strangers', () => {
  const user = { role: 'user', content: 'q' };
  const said = (beside: object) => ({ role: 'assistant', content: 'a', ...beside });
  const talk = (...messages: unknown[]) => JSON.stringify({ messages: [user, ...messages] });
  const messagesOf = (text: string) => (JSON.parse(edited(text, {})) as { messages: unknown[] }).messages;
  const marked = { type: 'reasoning.text', text: 'hm', signature: 'gw1:anthropic:x' };
  const markedSeal = { type: 'reasoning.encrypted', data: 'gw1:openai:x' };
  const own = { type: 'reasoning.text', text: 'hm', signature: 'own' };
  const ownSeal = { type: 'reasoning.encrypted', data: 'own', id: 'r1' };
  const called = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
  const call = (thought_signature: unknown, beside = {}) => ({
    ...called,
    extra_content: { google: { thought_signature } },
    ...beside,
  });

  it.each([
    ['details', { reasoning_details: [marked, markedSeal] }, {}],
    [
      'details among those of the backend',
      { reasoning_details: [own, marked, ownSeal] },
      { reasoning_details: [own, ownSeal] },
    ],
    ['the signature of a call', { tool_calls: [call('gw1:gemini:x')] }, { tool_calls: [called] }],
    [
      'one call of two',
      { tool_calls: [call('own'), call('gw1:gemini:x')] },
      { tool_calls: [call('own'), called] },
    ],
    [
      'a signature among other things of Google',
      {
        tool_calls: [
          call('', { extra_content: { google: { thought_signature: 'gw1:gemini:x', a: 1 }, b: 2 } }),
        ],
      },
      { tool_calls: [call('', { extra_content: { google: { a: 1 }, b: 2 } })] },
    ],
    [
      'both, and keeps the text of the thoughts',
      { reasoning_content: 'hm', reasoning_details: [marked], tool_calls: [call('gw1:gemini:x')] },
      { reasoning_content: 'hm', tool_calls: [called] },
    ],
  ])('loses %s', (_name, before, after) => {
    expect(messagesOf(talk(said(before), user))).toEqual([user, said(after), user]);
  });

  it.each([
    [
      'what the backend gave itself',
      talk(said({ reasoning_details: [own, ownSeal], tool_calls: [call('own')] })),
    ],
    ['a mark in a text', talk(said({ reasoning_content: 'gw1:a:x', content: 'gw1:a:x' }))],
    [
      'lists that are none',
      talk(said({ reasoning_details: { signature: 'gw1:a:x' }, tool_calls: 'gw1:a:x' })),
    ],
    [
      'odd details and calls',
      talk(said({ reasoning_details: [null, 7, []], tool_calls: [null, 7, call(['gw1:'])] })),
    ],
    [
      'odd places of calls',
      talk(said({ tool_calls: [{ extra_content: 7 }, { extra_content: { google: null } }] })),
    ],
  ])('not one byte is touched: %s', (_name, text) => {
    const spaced = text.replace('{', '{ ');
    expect(edited(spaced, {})).toBe(spaced);
  });

  it('leaves every byte but that of the messages, and does all else besides', () => {
    const text = `{ "x":1e400, "messages" : [${JSON.stringify(said({ reasoning_details: [marked] }))}] ,"model":"a"}`;
    const system = '{"role":"system","content":"S"}';
    expect(edited(text, { model: 'b', systemPrompt: 'S' })).toBe(
      `{ "x":1e400, "messages" : [${system},${JSON.stringify(said({}))}] ,"model":"b"}`,
    );
  });

  it('is clean after once: twice changes nothing', () => {
    const detail = fc.constantFrom(marked, markedSeal, own, ownSeal, null);
    const toolCall = fc.constantFrom(call('gw1:gemini:x'), call('own'), called, 7);
    const message = fc.record(
      { role: fc.constant('assistant'), reasoning_details: fc.array(detail), tool_calls: fc.array(toolCall) },
      { requiredKeys: ['role'] },
    );
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const once = edited(talk(...messages), {});
        expect(edited(once, {})).toBe(once);
        expect(once).not.toContain('gw1:');
        const count = (text: string) => text.split('own').length;
        expect(count(once)).toBe(count(talk(...messages)));
      }),
    );
  });
});

function expected(body: JsonObject, wishes: Omit<EditWishes, 'warnings'>): JsonObject {
  const options = body['stream_options'];
  const forced = { ...(isJsonObject(options) ? options : {}), include_usage: true };
  const system = { role: 'system', content: wishes.systemPrompt as string };
  return {
    ...body,
    ...(wishes.model !== undefined && { model: wishes.model }),
    ...(wishes.forceStreamUsage && body['stream'] === true && { stream_options: forced }),
    ...(wishes.systemPrompt && { messages: [system, ...(body['messages'] as JsonObject[])] }),
  };
}

const anyText = fc.string({ unit: 'binary' });
const anyMessage = fc.record({
  role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
  content: fc.oneof(anyText, fc.jsonValue()),
});
const ownNames = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'n',
  'prompt_cache_key',
  '__proto__',
]);
const others = fc.dictionary(
  anyText.filter((name) => !ownNames.has(name) && !name.startsWith('max_')),
  fc.jsonValue(),
);
const anyOptions = fc.oneof(
  fc.constant(null),
  fc.record({ include_usage: fc.boolean(), include_obfuscation: fc.boolean() }, { requiredKeys: [] }),
);
const anyBody = fc
  .tuple(
    others,
    fc.record(
      {
        model: fc.oneof(anyText, fc.constant(null)),
        messages: fc.array(anyMessage, { minLength: 1, maxLength: 4 }),
        stream: fc.oneof(fc.boolean(), fc.constant(null)),
        stream_options: anyOptions,
      },
      { requiredKeys: ['messages'] },
    ),
  )
  .map(([rest, own]) => ({ ...rest, ...own }) as JsonObject);
const anyWishes = fc.record({
  model: fc.option(anyText, { nil: undefined }),
  systemPrompt: fc.option(anyText, { nil: undefined }),
  forceStreamUsage: fc.boolean(),
});
