import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Address, AnswerReading, WriterContext, Writing } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { geminiCountTokens } from './gemini-count-tokens.ts';

const address: Address = { route: '/v1beta/models/{model}:countTokens', model: 'm', query: '' };
const contents = [{ parts: [{ text: 'Hi' }] }];
const reading: AnswerReading = { warnings: new Warnings(), quirks: ordinaryQuirks };
const writing: Writing = { ...reading, isStream: false, outputTokensMax: undefined };
const read = (body: JsonObject) => geminiCountTokens.readCall(body, { address, warnings: new Warnings() });

describe('counting tokens', () => {
  it.each<JsonObject>([
    { contents },
    { generateContentRequest: { model: 'models/m', contents } },
    { generate_content_request: { contents } },
  ])('reads %j', (body) => {
    expect(geminiCountTokens.readAsked(body, address)).toMatchObject({
      operation: 'chat',
      model: 'm',
      isStream: false,
    });
    expect(read(body)).toMatchObject({
      kind: 'count',
      model: 'm',
      of: { kind: 'generation', messages: [{ role: 'user' }], extra: {} },
    });
  });

  it.each<[JsonObject, string]>([
    [{}, 'contents'],
    [{ contents: 'x' }, 'contents[0]'],
    [{ generateContentRequest: {} }, 'generateContentRequest.contents'],
    [{ generate_content_request: 5 }, 'generate_content_request'],
    [{ generateContentRequest: { contents: [5] } }, 'generateContentRequest.contents[0]'],
  ])('refuses %j', (body, param) => {
    try {
      geminiCountTokens.readAsked(body, address);
      expect.unreachable();
    } catch (thrown) {
      expect((thrown as GatewayError).details.param).toBe(param);
    }
  });

  it('writes the whole request, with tools and system, and the model once more', () => {
    const call = read({
      contents,
      systemInstruction: 'S',
      tools: [{ functionDeclarations: [{ name: 'f' }] }],
    });
    expect(geminiCountTokens.writeRequest?.(call, writing)).toEqual({
      generateContentRequest: {
        model: 'models/m',
        systemInstruction: { parts: [{ text: 'S' }] },
        contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
        tools: [{ functionDeclarations: [{ name: 'f' }] }],
      },
    });
  });

  it('counts a talk that ends with the model', () => {
    const call = read({ contents: [...contents, { role: 'model', parts: [{ text: 'a' }] }] });
    expect(geminiCountTokens.writeRequest?.(call, writing)).toBeDefined();
    expect(() =>
      geminiCountTokens.writeRequest?.({ kind: 'embeddings', model: 'm', inputs: [], extra: {} }, writing),
    ).toThrow(GatewayError);
  });

  it('reads the count and writes it', () => {
    const events = geminiCountTokens.eventsOfWhole({ totalTokens: 12, cachedContentTokenCount: 3 }, reading);
    expect(events.map(({ type }) => type)).toEqual(['answer-start', 'usage', 'choice-end', 'answer-end']);
    const writer = geminiCountTokens.wholeWriter({} as WriterContext);
    for (const event of events as CallEvent[]) writer.push(event);
    expect(writer.finish()).toEqual({ totalTokens: 12 });
    expect(geminiCountTokens.hearWhole({ totalTokens: 12 })).toEqual({});
  });

  it.each<{ answer: JsonValue }>([
    { answer: {} },
    { answer: 'x' },
    { answer: { totalTokens: '5' } },
    { answer: { error: { message: 'm' } } },
  ])('$answer is a failure', ({ answer }) => {
    expect(geminiCountTokens.hearWhole(answer).error).toBeDefined();
    expect(geminiCountTokens.eventsOfWhole(answer, reading)).toMatchObject([{ type: 'error' }]);
  });

  it('renames the model inside the request', () => {
    const text = '{"generateContentRequest":{"model":"models/m","contents":[{}]},"model":"m"}';
    const bytes = Buffer.from(text);
    const body = JSON.parse(text) as JsonObject;
    const asked = geminiCountTokens.readAsked(body, address);
    const plan = (model?: string) => {
      const outline = outlineJson(bytes, { depthMax: 9, valuesMax: 999 });
      return applyEdits(
        bytes,
        geminiCountTokens.planEdits(outline, body, asked, {
          model,
          forceStreamUsage: false,
          warnings: new Warnings(),
        }),
      ).toString();
    };
    expect(plan()).toBe(text);
    expect(plan('o')).toBe(
      '{"generateContentRequest":{"model":"models/o","contents":[{}]},"model":"models/o"}',
    );
  });
});
