import { describe, expect, it } from 'vitest';
import { SpelledWarnings } from './spelled-warnings.ts';
import { type Spellings, spell } from './spelling.ts';
import { Warnings } from './warnings.ts';

const spellings: Spellings = {
  messages: (rest) => `messages${rest}`,
  tools: (rest) => `tools${rest.replace('.strict', '.function.strict')}`,
  max_tokens: 'maximum',
  reasoning_effort: ['output_config.effort', 'thinking'],
};
const body = {
  messages: [{ content: 'a' }, { content: [{ type: 'text' }] }],
  tools: [{ function: { strict: true } }],
  thinking: { type: 'enabled' },
};

describe('a member', () => {
  it.each([
    ['max_tokens', 'maximum'],
    ['reasoning_effort', 'thinking'],
    ['logit_bias', 'logit_bias'],
    ['messages[1].content[0]', 'messages[1].content[0]'],
    ['tools[0].strict', 'tools[0].function.strict'],
    // Parts of ours that are none of theirs.
    ['messages[0].content[0]', 'messages[0].content'],
    ['messages[1].content[7]', 'messages[1].content'],
    ['messages[5].content[0]', 'messages'],
    ['messages', 'messages'],
    ['constructor', 'constructor'],
  ])('%s is %s to this client', (param, spelled) => {
    expect(spell(param, spellings, body)).toBe(spelled);
  });

  it('is called by the first of its names where none was sent', () => {
    expect(spell('reasoning_effort', spellings, {})).toBe('output_config.effort');
  });
});

describe('a warning in the words of the client', () => {
  const told = (messagesBefore: number) => {
    const warnings = new Warnings();
    return { warnings, spelled: new SpelledWarnings(warnings, { spellings, body, messagesBefore }) };
  };

  it('is on the list everybody reads', () => {
    const { warnings, spelled } = told(0);
    spelled.dropped('reasoning_effort');
    spelled.changed('max_tokens', 'limit_of_model');
    expect(warnings.asHeader()).toBe(
      'dropped;param=thinking;reason=unsupported_by_backend, changed;param=maximum;reason=limit_of_model',
    );
    expect(spelled.list).toBe(warnings.list);
  });

  it('does not count the message the operator put first', () => {
    const { warnings, spelled } = told(1);
    spelled.dropped('messages[2].content[0]');
    spelled.dropped('messages[0].content[0]');
    expect(warnings.list.map(({ param }) => param)).toEqual(['messages[1].content[0]', 'messages']);
  });

  it('is a refusal in the same words', () => {
    const refusal = () => told(0).spelled.refuse('max_tokens', 'Leave "max_tokens" out.');
    expect(refusal).toThrow('Leave "maximum" out.');
    expect(refusal).toThrow(expect.objectContaining({ details: { param: 'maximum' } }));
  });

  it('is what is simply wrong in the same words', () => {
    const rejection = () =>
      told(0).spelled.reject('messages[0].content[0]', '"messages[0].content[0]" is bad.');
    expect(rejection).toThrow('"messages[0].content" is bad.');
    expect(rejection).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: { param: 'messages[0].content' } }),
    );
  });
});
