import { describe, expect, it } from 'vitest';
import type { CountCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { anthropicCountTokens as dialect } from './anthropic-count-tokens.ts';

const body = { model: 'claude-opus-9', system: 'S', messages: [{ role: 'user', content: 'Hi' }] };
const address = { route: '/v1/messages/count_tokens', model: undefined, query: 'beta=true' };
const read = (more = {}, warnings = new Warnings()) =>
  dialect.readCall({ ...body, ...more }, { address, warnings }) as CountCall;
const reading = { warnings: new Warnings(), quirks: ordinaryQuirks };

describe('counting', () => {
  it('has no streams', () => {
    expect([dialect.eventReader, dialect.frameWriter, dialect.streamListener]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(dialect.readAsked({ ...body, stream: true, max_tokens: 5 }, address)).toMatchObject({
      isStream: false,
      outputTokensMax: undefined,
    });
    expect(() => dialect.readAsked({ model: 'm' }, address)).toThrow(
      expect.objectContaining({ details: { param: 'messages' } }),
    );
  });

  it('is of a question, with or without a limit on the answer', () => {
    expect(read()).toMatchObject({
      kind: 'count',
      model: 'claude-opus-9',
      of: { kind: 'generation', outputTokensMax: undefined },
    });
    expect(read({ max_tokens: 0 }).of.outputTokensMax).toBeUndefined();
  });

  it('asks with the prompt alone', () => {
    const warnings = new Warnings();
    const call = read({
      max_tokens: 5,
      temperature: 0.1,
      stop_sequences: ['x'],
      tools: [{ name: 't', input_schema: { type: 'object' } }],
    });
    const written = dialect.writeRequest?.(call, {
      isStream: false,
      warnings,
      quirks: ordinaryQuirks,
      outputTokensMax: undefined,
    });
    expect(written).toEqual({
      model: 'claude-opus-9',
      system: 'S',
      tools: [{ name: 't', input_schema: { type: 'object' } }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
    expect(warnings.list).toEqual([]);
  });

  it('goes to Anthropic without the thoughts of others', () => {
    const said = (...content: JsonObject[]) => ({ role: 'assistant', content });
    const foreign = { type: 'thinking', thinking: 't', signature: 'gw1:gemini:x' };
    const text = { type: 'text', text: 'a' };
    const question = { ...body, messages: [...body.messages, said(foreign, text)] };
    const bytes = Buffer.from(JSON.stringify(question));
    const outline = outlineJson(bytes, { depthMax: 9, valuesMax: 999 });
    const asked = dialect.readAsked(question, address);
    const edits = dialect.planEdits(outline, question, asked, {
      forceStreamUsage: false,
      warnings: new Warnings(),
    });
    expect(JSON.parse(applyEdits(bytes, edits).toString())).toEqual({
      ...body,
      messages: [...body.messages, said(text)],
    });
  });

  it('is answered by a number, which is no usage', () => {
    expect(dialect.hearWhole({ input_tokens: 12 })).toEqual({});
    expect(dialect.eventsOfWhole({ input_tokens: 12 }, reading)).toEqual([
      { type: 'answer-start', model: '' },
      { type: 'usage', usage: { inputTokens: 12, outputTokens: 0 } },
      { type: 'choice-end', choice: 0, reason: 'stop' },
      { type: 'answer-end' },
    ]);
  });

  it.each([[{ type: 'error', error: { message: 'm' } }], [{}], [null], [[1]]])(
    '%j is a failure',
    (answer) => {
      expect(dialect.hearWhole(answer).error).toBeDefined();
      expect(dialect.eventsOfWhole(answer, reading)).toMatchObject([{ type: 'error' }]);
    },
  );

  it('writes the count, or the estimate where nobody counted, and says so', () => {
    const warnings = new Warnings();
    const context = { inputTokensEstimate: 99, warnings } as unknown as WriterContext;
    const counted = dialect.wholeWriter(context);
    counted.push({ type: 'usage', usage: { inputTokens: 12, outputTokens: 0 } });
    expect(counted.finish()).toEqual({ input_tokens: 12 });
    expect(warnings.list).toEqual([]);
    expect(dialect.wholeWriter(context).finish()).toEqual({ input_tokens: 99 });
    expect(warnings.list).toMatchObject([{ action: 'estimated' }]);
  });
});
