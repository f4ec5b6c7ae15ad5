/** What Gemini's clients get from us is what Google's discovery document knows, whatever backend it came from. */
import { describe, expect, it } from 'vitest';
import { plainEvents, wholeBody } from '../recordings/fronts/framing.ts';
import type { Wish } from './answer-cases.ts';
import { backs, describeAnswers, expectNone, type Front, houseOfEveryBack } from './answer-suite.ts';
import { type Asking, ask, complaintsAbout } from './asking.ts';
import { isJson } from './openapi-schemas.ts';
import { answerCheck, type Check } from './validators.ts';

const house = houseOfEveryBack();
const payload = answerCheck('gemini', 'GenerateContentResponse');

/** The document leaves errors out; the libraries need the number (protocols 4.6). */
const error: Check = (body) => {
  const told = isJson(body) && isJson(body['error']) ? body['error'] : {};
  const { code, message, status } = told;
  const isNamed = typeof status === 'string' && /^[A-Z_]+$/.test(status);
  const isWhole = Number.isInteger(code) && typeof message === 'string' && isNamed;
  return isWhole ? [] : [`not an error of Google's: ${JSON.stringify(body)}`];
};

const parameters = { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] };
const functionDeclarations = [{ name: 'look_up', description: 'Looks the weather up.', parameters }];

function configOf(wish: Wish | undefined): object {
  const configs: Partial<Record<Wish, object>> = {
    'two answers': { candidateCount: 2 },
    stop: { stopSequences: ['five'] },
    'few tokens': { maxOutputTokens: 5 },
    'a schema': { responseMimeType: 'application/json', responseSchema: parameters },
    probabilities: { responseLogprobs: true, logprobs: 2 },
    thoughts: { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } },
  };
  return (wish && configs[wish]) ?? {};
}

function at(model: string, call: string): string {
  return `/v1beta/models/${encodeURIComponent(model)}:${call}`;
}

const generate: Front = {
  name: 'generateContent',
  passed: ['gemini-generate'],
  whole: { framing: wholeBody, payload, error },
  stream: { framing: plainEvents, payload, error },
  refusal: error,
  asking: (model, wish, isStream) => ({
    path: at(model, isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'),
    body: {
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
      generationConfig: configOf(wish),
      ...(wish === 'tools' && { tools: [{ functionDeclarations }] }),
    },
  }),
};

describeAnswers([generate], house);

describe('what else is asked', () => {
  const content = { parts: [{ text: 'Hello there' }] };
  const withVectors = backs.filter(([dialect]) => !/^(anthropic|openai-responses)/.test(dialect));

  it.each(backs)('counted tokens before %s', async (_, model) => {
    const counted = { framing: wholeBody, payload: answerCheck('gemini', 'CountTokensResponse'), error };
    const answered = await ask(house().gateway, {
      path: at(model, 'countTokens'),
      body: { contents: [content] },
    });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, counted));
  });

  it.each(withVectors)('a vector of %s', async (_, model) => {
    const embedded = { framing: wholeBody, payload: answerCheck('gemini', 'EmbedContentResponse'), error };
    const answered = await ask(house().gateway, { path: at(model, 'embedContent'), body: { content } });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, embedded));
  });

  it.each(withVectors)('several vectors of %s', async (_, model) => {
    const embedded = {
      framing: wholeBody,
      payload: answerCheck('gemini', 'BatchEmbedContentsResponse'),
      error,
    };
    const requests = [1, 2].map(() => ({ model: `models/${model}`, content }));
    const answered = await ask(house().gateway, {
      path: at(model, 'batchEmbedContents'),
      body: { requests },
    });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, embedded));
  });

  it('a list of models', async () => {
    const models = { framing: wholeBody, payload: answerCheck('gemini', 'ListModelsResponse'), error };
    const answered = await ask(house().gateway, { path: '/v1beta/models' });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, models));
  });

  it('one model', async () => {
    const model = { framing: wholeBody, payload: answerCheck('gemini', 'Model'), error };
    const answered = await ask(house().gateway, { path: '/v1beta/models/chat-m' });
    expect(answered.status).toBe(200);
    expectNone(complaintsAbout(answered, model));
  });
});

describe('refusals of the house', () => {
  const contents = [{ parts: [{ text: 'Hello' }] }];
  const wrong: readonly (Asking & { readonly name: string; readonly status: number })[] = [
    { name: 'no such model', status: 404, path: at('nobody', 'generateContent'), body: { contents } },
    {
      name: 'a wrong type',
      status: 400,
      path: at('claude-m', 'generateContent'),
      body: { contents: 'Hello' },
    },
    { name: 'no contents', status: 400, path: at('claude-m', 'generateContent'), body: {} },
    {
      name: 'a wrong key',
      status: 401,
      path: at('chat-m', 'generateContent'),
      headers: { authorization: 'Bearer x' },
      body: { contents },
    },
    { name: 'no such model to look up', status: 404, path: '/v1beta/models/nobody' },
  ];

  it.each(wrong)('$name', async ({ status, ...asking }) => {
    const answered = await ask(house().gateway, asking);
    expect(answered.status).toBe(status);
    expectNone(complaintsAbout(answered, { framing: wholeBody, payload: error, error }));
  });
});
