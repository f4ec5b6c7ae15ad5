/** What OpenAI's clients get from us is what OpenAI's own document promises them, whatever backend it came from. */
import { describe, expect, it } from 'vitest';
import { markedEvents, namedEvents, wholeBody } from '../recordings/fronts/framing.ts';
import type { Wish } from './answer-cases.ts';
import { backs, describeAnswers, expectNone, type Front, houseOfEveryBack } from './answer-suite.ts';
import { type Asking, ask, complaintsAbout } from './asking.ts';
import { answerCheck, eventCheck } from './validators.ts';

const house = houseOfEveryBack();
const error = answerCheck('openai', 'ErrorResponse');
const include_usage = true;

const tool = {
  name: 'look_up',
  description: 'Looks the weather up.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

const chat: Front = {
  name: 'chat',
  passed: ['openai-chat', 'azure'],
  whole: { framing: wholeBody, payload: answerCheck('openai', 'CreateChatCompletionResponse'), error },
  stream: {
    framing: markedEvents,
    payload: answerCheck('openai', 'CreateChatCompletionStreamResponse'),
    error,
  },
  refusal: error,
  asking: (model, wish, stream) => ({
    path: '/v1/chat/completions',
    body: {
      model,
      messages: [{ role: 'user', content: 'Hello' }],
      stream,
      ...(stream && { stream_options: { include_usage } }),
      ...chatWish(wish),
    },
  }),
};

function chatWish(wish: Wish | undefined): object {
  const wishes: Record<Wish, object> = {
    tools: { tools: [{ type: 'function', function: tool }] },
    'two answers': { n: 2 },
    stop: { stop: ['five'] },
    'few tokens': { max_completion_tokens: 5 },
    'a schema': {
      response_format: { type: 'json_schema', json_schema: { name: 'city', schema, strict: true } },
    },
    probabilities: { logprobs: true, top_logprobs: 2 },
    thoughts: { reasoning_effort: 'low' },
  };
  return wish ? wishes[wish] : {};
}

const responses: Front = {
  name: 'responses',
  passed: ['openai-responses'],
  whole: { framing: wholeBody, payload: answerCheck('openai', 'Response'), error },
  stream: {
    framing: namedEvents,
    payload: eventCheck('openai', (name) => /^Response.*Event$/.test(name)),
    error: eventCheck('openai', (name) => name === 'ResponseErrorEvent'),
  },
  refusal: error,
  asking: (model, wish, stream) => ({
    path: '/v1/responses',
    body: { model, input: 'Hello', stream, ...responsesWish(wish) },
  }),
};

function responsesWish(wish: Wish | undefined): object {
  const wishes: Partial<Record<Wish, object>> = {
    tools: { tools: [{ type: 'function', ...tool, strict: false }] },
    'few tokens': { max_output_tokens: 16 },
    'a schema': { text: { format: { type: 'json_schema', name: 'city', schema, strict: true } } },
    probabilities: { top_logprobs: 2, include: ['message.output_text.logprobs'] },
    thoughts: { reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] },
  };
  return (wish && wishes[wish]) ?? {};
}

const completions: Front = {
  name: 'completions',
  passed: [],
  whole: { framing: wholeBody, payload: answerCheck('openai', 'CreateCompletionResponse'), error },
  stream: { framing: markedEvents, payload: answerCheck('openai', 'CreateCompletionStreamResponse'), error },
  refusal: error,
  asking: (model, wish, stream) => ({
    path: '/v1/completions',
    body: {
      model,
      prompt: 'Hello',
      stream,
      ...(stream && { stream_options: { include_usage } }),
      ...completionsWish(wish),
    },
  }),
};

function completionsWish(wish: Wish | undefined): object {
  if (wish === 'two answers') return { n: 2 };
  if (wish === 'stop') return { stop: 'five' };
  if (wish === 'few tokens') return { max_tokens: 5 };
  return wish === 'probabilities' ? { logprobs: 2 } : {};
}

describeAnswers([chat, responses, completions], house);

describe('vectors', () => {
  const embeddings = { framing: wholeBody, payload: answerCheck('openai', 'CreateEmbeddingResponse'), error };
  const withVectors = backs.filter(([dialect]) => !/^(anthropic|openai-responses)/.test(dialect));

  it.each(withVectors)('of %s', async (_, model) => {
    const body = { model, input: ['one', 'two'], encoding_format: 'float' };
    const answered = await ask(house().gateway, { path: '/v1/embeddings', body });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, embeddings));
  });
});

describe('pictures', () => {
  const images = { framing: wholeBody, payload: answerCheck('openai', 'ImagesResponse'), error };

  it.each([{}, { response_format: 'b64_json', n: 2 }, { size: '1024x1024', quality: 'low' }])(
    '%j',
    async (wishes) => {
      const body = { model: 'draw-m', prompt: 'A cat', ...wishes };
      const answered = await ask(house().gateway, { path: '/v1/images/generations', body });
      expect(answered.status).toBe(200);
      expectNone(complaintsAbout(answered, images));
    },
  );
});

describe('what there is', () => {
  it('a list of models', async () => {
    const models = { framing: wholeBody, payload: answerCheck('openai', 'ListModelsResponse'), error };
    const answered = await ask(house().gateway, { path: '/v1/models' });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, models));
  });

  it('one model', async () => {
    const model = { framing: wholeBody, payload: answerCheck('openai', 'Model'), error };
    const answered = await ask(house().gateway, { path: '/v1/models/chat-m' });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, model));
  });
});

describe('refusals of the house', () => {
  const chatPath = '/v1/chat/completions';
  const messages = [{ role: 'user', content: 'Hello' }];
  const wrong: readonly (Asking & { readonly name: string; readonly status: number })[] = [
    { name: 'no such model', status: 404, path: chatPath, body: { model: 'nobody', messages } },
    { name: 'no such page', status: 404, path: '/v1/nowhere' },
    { name: 'a wrong type', status: 400, path: chatPath, body: { model: 7, messages } },
    { name: 'no messages', status: 400, path: chatPath, body: { model: 'claude-m' } },
    {
      name: 'a wrong key',
      status: 401,
      path: chatPath,
      body: { messages },
      headers: { authorization: 'Bearer x' },
    },
    { name: 'no such model to look up', status: 404, path: '/v1/models/nobody' },
    { name: 'a wrong method', status: 405, path: chatPath },
  ];

  it.each(wrong)('$name', async ({ status, ...asking }) => {
    const answered = await ask(house().gateway, asking);
    expect(answered.status).toBe(status);
    expectNone(complaintsAbout(answered, { framing: wholeBody, payload: error, error }));
  });
});
