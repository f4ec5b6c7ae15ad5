import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceOf, looseJson } from '../../../test/support/loose-json.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { openAiChat } from './openai-chat.ts';

function edited(text: string, wishes: Partial<EditWishes>): string {
  const bytes = Buffer.from(text);
  const body = JSON.parse(text) as JsonObject;
  const outline = outlineJson(bytes, { depthMax: 64, valuesMax: 100_000 });
  const asked = openAiChat.readAsked(body);
  const edits = openAiChat.planEdits(outline, body, asked, { forceStreamUsage: false, ...wishes });
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
    const asked = openAiChat.readAsked({ messages: [{ role: 'user' }] });
    const wishes = { systemPrompt: 'Hi', forceStreamUsage: false };
    const result = applyEdits(Buffer.from(text), openAiChat.planEdits(outline, body, asked, wishes));
    expect(JSON.parse(result.toString())).toEqual({ messages: [{ role: 'system', content: 'Hi' }] });
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

function expected(body: JsonObject, wishes: EditWishes): JsonObject {
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
