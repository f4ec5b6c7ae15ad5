/** The checks themselves: they take what a vendor takes, and say what is wrong with the rest. */
import { describe, expect, it } from 'vitest';
import { complaintsAboutSent } from './sent-checks.ts';
import { answerCheck, eventCheck } from './validators.ts';

const user = [{ role: 'user', content: 'Hello' }];
const asked = { model: 'm', messages: user };

describe('a request', () => {
  it.each([
    ['/v1/chat/completions', asked],
    ['/openai/deployments/m/chat/completions?api-version=1', asked],
    [
      '/v1/responses',
      { model: 'm', input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }] },
    ],
    ['/v1/messages', { ...asked, max_tokens: 5 }],
    ['/v2/chat', asked],
    ['/api/chat', asked],
    ['/v1beta/models/m:generateContent', { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }],
  ])('to %s is taken, and refused with a member nobody knows', (path, body) => {
    expect(complaintsAboutSent(path, body)).toEqual([]);
    expect(complaintsAboutSent(path, { ...body, nonsense: 1 }).join()).toMatch('nonsense');
  });

  it.each([
    ['/v1/chat/completions', { ...asked, messages: [{ role: 'user', content: 'Hello', nonsense: 1 }] }],
    [
      '/v1/responses',
      { model: 'm', input: [{ role: 'user', content: [{ type: 'input_text', text: 'x', nonsense: 1 }] }] },
    ],
    [
      '/v1/messages',
      {
        model: 'm',
        max_tokens: 5,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'x', nonsense: 1 }] }],
      },
    ],
    ['/v2/chat', { ...asked, messages: [{ role: 'user', content: 'Hello', nonsense: 1 }] }],
    ['/v1beta/models/m:generateContent', { contents: [{ parts: [{ text: 'x', nonsense: 1 }] }] }],
  ])('to %s is refused with one in its depth', (path, body) => {
    expect(complaintsAboutSent(path, body).join()).toMatch('nonsense');
  });

  it('to an address of no document is told', () => {
    expect(complaintsAboutSent('/v1/nowhere', {})).toEqual([
      'sent to an address no document knows: /v1/nowhere',
    ]);
  });
});

describe('an answer', () => {
  const chat = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello', refusal: null },
        finish_reason: 'stop',
        logprobs: null,
      },
    ],
  };

  it('may hold more than the document names', () => {
    expect(answerCheck('openai', 'CreateChatCompletionResponse')({ ...chat, more: 1 })).toEqual([]);
  });

  it('may not hold less', () => {
    const { created: _, ...less } = chat;
    expect(answerCheck('openai', 'CreateChatCompletionResponse')(less)).toEqual([
      "/ must have required property 'created'",
    ]);
  });

  it('of a kind nobody knows is told, one with a part missing too', () => {
    const check = eventCheck('openai', (name) => /^Response.*Event$/.test(name));
    expect(check({ type: 'response.nonsense' })).toEqual(['no event of the type "response.nonsense"']);
    expect(check({ type: 'response.output_text.delta', delta: 'x' }).join()).toMatch('item_id');
  });
});
