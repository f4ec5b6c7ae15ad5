/** What Anthropic's clients get from us is what Anthropic's own document promises them, whatever backend it came from. */
import { describe, expect, it } from 'vitest';
import { namedEvents, wholeBody } from '../recordings/fronts/framing.ts';
import type { Wish } from './answer-cases.ts';
import { backs, describeAnswers, expectNone, type Front, houseOfEveryBack } from './answer-suite.ts';
import { type Asking, ask, complaintsAbout } from './asking.ts';
import { answerCheck, type Check, eventCheck } from './validators.ts';

const house = houseOfEveryBack();
const error = answerCheck('anthropic', 'ErrorResponse');
const headers = { 'anthropic-version': '2023-06-01' };

const events = eventCheck('anthropic', (name) =>
  /^(Message(Start|Delta|Stop)|ContentBlock(Start|Delta|Stop))Event$/.test(name),
);
const isPing = (event: unknown): boolean => JSON.stringify(event) === '{"type":"ping"}';

/** The document forgets the pings. */
const event: Check = (payload) => (isPing(payload) ? [] : events(payload));

const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const wishes: Partial<Record<Wish, object>> = {
  tools: { tools: [{ name: 'look_up', description: 'Looks the weather up.', input_schema: schema }] },
  stop: { stop_sequences: ['five'] },
  'few tokens': { max_tokens: 5 },
  'a schema': { output_config: { format: { type: 'json_schema', schema } } },
  thoughts: { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 4096 },
};

const messages: Front = {
  name: 'messages',
  passed: ['anthropic-messages'],
  whole: { framing: wholeBody, payload: answerCheck('anthropic', 'Message'), error },
  stream: { framing: namedEvents, payload: event, error },
  refusal: error,
  asking: (model, wish, stream) => ({
    path: '/v1/messages',
    headers,
    body: {
      model,
      max_tokens: 500,
      messages: [{ role: 'user', content: 'Hello' }],
      stream,
      ...(wish && wishes[wish]),
    },
  }),
};

describeAnswers([messages], house);

describe('counted tokens', () => {
  const count = {
    framing: wholeBody,
    payload: answerCheck('anthropic', 'CountMessageTokensResponse'),
    error,
  };

  it.each(backs)('before %s', async (_, model) => {
    const body = { model, messages: [{ role: 'user', content: 'Hello there' }] };
    const answered = await ask(house().gateway, { path: '/v1/messages/count_tokens', headers, body });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, count));
  });
});

describe('what there is', () => {
  it('a list of models', async () => {
    const models = {
      framing: wholeBody,
      payload: answerCheck('anthropic', 'ListResponse_ModelInfo_'),
      error,
    };
    const answered = await ask(house().gateway, { path: '/v1/models', headers });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, models));
  });

  it('one model', async () => {
    const model = { framing: wholeBody, payload: answerCheck('anthropic', 'ModelInfo'), error };
    const answered = await ask(house().gateway, { path: '/v1/models/chat-m', headers });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, model));
  });
});

describe('refusals of the house', () => {
  const path = '/v1/messages';
  const talk = { max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }] };
  const wrong: readonly (Asking & { readonly name: string; readonly status: number })[] = [
    { name: 'no such model', status: 404, path, headers, body: { ...talk, model: 'nobody' } },
    { name: 'a wrong type', status: 400, path, headers, body: { ...talk, model: 7 } },
    { name: 'no messages', status: 400, path, headers, body: { model: 'chat-m', max_tokens: 5 } },
    { name: 'a wrong key', status: 401, path, headers: { authorization: 'Bearer x' }, body: talk },
    { name: 'no such model to look up', status: 404, path: '/v1/models/nobody', headers },
    { name: 'a wrong method', status: 405, path, headers },
  ];

  it.each(wrong)('$name', async ({ status, ...asking }) => {
    const answered = await ask(house().gateway, asking);
    expect(answered.status).toBe(status);
    expectNone(complaintsAbout(answered, { framing: wholeBody, payload: error, error }));
  });
});
