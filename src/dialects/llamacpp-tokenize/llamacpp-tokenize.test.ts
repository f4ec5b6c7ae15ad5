import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { llamaCppTokenize } from './llamacpp-tokenize.ts';

const answerReading = { warnings: new Warnings(), quirks: ordinaryQuirks };

function write(messages: readonly Message[], tools: GenerationCall['tools'] = []) {
  const writing: Writing = {
    isStream: false,
    outputTokensMax: undefined,
    quirks: ordinaryQuirks,
    warnings: new Warnings(),
  };
  const of = { kind: 'generation', model: 'm', messages, tools, stop: [], choices: 1, extra: {} } as const;
  const body = llamaCppTokenize.writeRequest?.({ kind: 'count', model: 'm', of }, writing);
  return { body, warnings: writing.warnings.list.map(({ action, param }) => `${action} ${param}`) };
}

describe('a text to be cut into tokens', () => {
  it('is all that the model would read', () => {
    const messages: Message[] = [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'not this' },
          { type: 'tool-use', id: 'c', name: 'f', arguments: '{"x":1}' },
        ],
      },
      { role: 'tool', toolUseId: 'c', parts: [{ type: 'text', text: '5' }] },
    ];
    expect(write(messages, [{ name: 'f', description: 'd' }])).toEqual({
      body: {
        model: 'm',
        content: '{"name":"f","description":"d"}\nBe brief.\nHi\nf\n{"x":1}\n5',
        add_special: true,
      },
      warnings: ['estimated messages'],
    });
  });

  it('says what it does not count', () => {
    const { body, warnings } = write([{ role: 'user', parts: [{ type: 'image', url: 'data:,' }] }]);
    expect(body).toEqual({ model: 'm', content: '', add_special: true });
    expect(warnings).toEqual(['estimated messages', 'estimated messages[0].content[0]']);
  });
});

describe('the tokens', () => {
  it.each([[[1, 2, 3]], [[{ id: 1, piece: 'a' }]], [[]]])('%j are counted', (tokens) => {
    const events = llamaCppTokenize.eventsOfWhole({ tokens }, answerReading);
    expect(events[1]).toEqual({ type: 'usage', usage: { inputTokens: tokens.length, outputTokens: 0 } });
    expect(llamaCppTokenize.hearWhole({ tokens })).toEqual({ error: undefined });
  });

  it.each([{ error: { code: 503, message: 'Loading model' } }, { tokens: 3 }, null])(
    '%j is a failure',
    (answer) => {
      const [event] = llamaCppTokenize.eventsOfWhole(answer, answerReading);
      expect(event).toMatchObject({ type: 'error' });
    },
  );

  it('are nothing clients can ask for here', () => {
    expect(llamaCppTokenize).toMatchObject({
      name: 'llamacpp-tokenize',
      kind: 'count',
      operation: 'chat',
      routes: [],
    });
    const reading = { address: { route: '', model: undefined, query: '' }, warnings: new Warnings() };
    expect(() => llamaCppTokenize.readCall({}, reading)).toThrow(GatewayError);
  });
});
