import type { JsonObject } from '../../../model/json.ts';
import { pathParameter, type RouteDescription, ref, textAnswer } from './route-description.ts';

/**
 * The surfaces of every dialect. Bodies are described by the members Sluice itself relies on; all others pass through to
 * the backend untouched, so tomorrow's fields work today (`additionalProperties`).
 */
const model = {
  type: 'string',
  description: 'A model or alias; may be left out if the app has a default_model.',
};
const stream = { type: 'boolean', default: false, description: 'Answer as server-sent events.' };
const anyValue: JsonObject = {};
const count: JsonObject = { type: 'integer', minimum: 1 };
const textOrList: JsonObject = {
  oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
};

const body = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  required: true,
  content: {
    'application/json': { schema: { type: 'object', properties, required, additionalProperties: true } },
  },
});

/** A form with a file; what clients may send as JSON as well is said so. */
const form = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  required: true,
  content: {
    'multipart/form-data': { schema: { type: 'object', properties, required, additionalProperties: true } },
  },
});
const file: JsonObject = { type: 'string', format: 'binary' };
const text: JsonObject = { type: 'string' };

const refusals: JsonObject = Object.fromEntries(
  (
    [
      ['400', 'The request is malformed, or asks what the backend cannot honour (`param` names the field).'],
      ['401', 'No key, a wrong key, or an expired one.'],
      ['403', 'The app is inactive, or its policy does not allow this model.'],
      ['404', 'No backend has this model; the message lists the nearest allowed names.'],
      ['413', 'The body is larger than limits.max_body_mb.'],
      ['429', 'A limit, a budget or a queue is full; `retry-after` says when to come back.'],
      ['501', 'The backend has no such operation.'],
      ['502', 'The backend failed or could not be reached.'],
      ['503', 'No healthy backend, a model that is loading, or a gateway that is shutting down.'],
      ['504', 'The queue or the backend took too long.'],
    ] as const
  ).map(([status, description]) => [
    status,
    { description, content: { 'application/json': { schema: ref('Error') } } },
  ]),
);

const answers = (whole: string, isStreaming: boolean): JsonObject => ({
  '200': {
    description: whole,
    headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } },
    content: {
      'application/json': { schema: { type: 'object' } },
      ...(isStreaming ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
    },
  },
  ...refusals,
});

/** The same, where the answer may be something else than JSON, too. */
const alsoAs = (route: RouteDescription, type: string): RouteDescription => {
  const good = route.responses['200'] as JsonObject;
  const content = { ...(good['content'] as JsonObject), [type]: { schema: text } };
  return { ...route, responses: { ...route.responses, '200': { ...good, content } } };
};

const inference = (
  path: string,
  summary: string,
  requestBody: JsonObject,
  isStreaming: boolean,
  form = 'OpenAI',
): RouteDescription => ({
  method: 'post',
  path,
  area: 'Inference',
  summary,
  requestBody,
  responses: answers(`The answer, in ${form}’s form.`, isStreaming),
  security: 'app-key',
});

/** A page of models in the form of another dialect. */
const look = (method: 'get' | 'post', path: string, summary: string): RouteDescription => ({
  method,
  path,
  area: 'Models',
  summary,
  responses: {
    '200': answers('What is asked for.', false)['200'],
    '401': refusals['401'],
    '404': refusals['404'],
  },
  security: 'app-key',
});

/** Gemini's routes stand under two versions. */
const underBothVersions = (action: string, summary: string, requestBody: JsonObject, isStreaming = false) =>
  ['/v1beta', '/v1'].map((version) =>
    inference(`${version}/models/{model}:${action}`, summary, requestBody, isStreaming, 'Gemini'),
  );

const messages: JsonObject = { type: 'array', items: { type: 'object' } };

export const inferenceDescriptions: readonly RouteDescription[] = [
  inference('/v1/chat/completions', 'Chat completion', body({ model, messages, stream }, ['messages']), true),
  inference(
    '/v1/completions',
    'Text completion',
    body({ model, prompt: anyValue, stream }, ['prompt']),
    true,
  ),
  inference('/v1/responses', 'Response', body({ model, input: anyValue, stream }, ['input']), true),
  inference('/v1/embeddings', 'Embeddings', body({ model, input: textOrList }, ['input']), false),
  inference(
    '/v1/images/generations',
    'Image generation',
    body({ model, prompt: { type: 'string' }, n: { type: 'integer', minimum: 1 } }, ['prompt']),
    false,
  ),
  inference(
    '/v1/images/edits',
    'Images out of images and a prompt',
    form({ model, image: file, mask: file, prompt: text, n: text, stream: text }, ['image', 'prompt']),
    true,
  ),
  inference(
    '/v1/images/variations',
    'Images that resemble another',
    form({ model, image: file, n: text }, ['image']),
    false,
  ),
  alsoAs(
    inference(
      '/v1/audio/speech',
      'Speech from text, as bytes or in events',
      body({ model, input: text, voice: anyValue, stream_format: { enum: ['audio', 'sse'] } }, [
        'input',
        'voice',
      ]),
      true,
    ),
    'audio/*',
  ),
  ...['transcriptions', 'translations'].map((work) =>
    alsoAs(
      inference(
        `/v1/audio/${work}`,
        work === 'transcriptions' ? 'Text from speech' : 'English text from speech',
        form({ model, file, prompt: text, response_format: text, stream: text }, ['file']),
        true,
      ),
      'text/plain',
    ),
  ),
  inference(
    '/v1/messages',
    'Message',
    body({ model, messages, max_tokens: { type: 'integer' }, stream }, ['messages']),
    true,
    'Anthropic',
  ),
  inference(
    '/v1/messages/count_tokens',
    'Count the tokens of a message',
    body({ model, messages }, ['messages']),
    false,
    'Anthropic',
  ),
  ...underBothVersions('generateContent', 'Content', body({ contents: messages }, ['contents'])),
  ...underBothVersions(
    'streamGenerateContent',
    'Content, streamed',
    body({ contents: messages }, ['contents']),
    true,
  ),
  ...underBothVersions('countTokens', 'Count the tokens of contents', body({ contents: messages }, [])),
  ...underBothVersions('embedContent', 'Embedding of one content', body({ content: anyValue }, ['content'])),
  ...underBothVersions(
    'batchEmbedContents',
    'Embeddings of several contents',
    body({ requests: messages }, ['requests']),
  ),
  inference('/api/chat', 'Chat', body({ model, messages }, ['messages']), true, 'Ollama'),
  inference('/api/generate', 'Generate', body({ model, prompt: anyValue }, []), true, 'Ollama'),
  inference('/api/embed', 'Embeddings', body({ model, input: textOrList }, ['input']), false, 'Ollama'),
  inference(
    '/api/embeddings',
    'Embedding (old form)',
    body({ model, prompt: anyValue }, ['prompt']),
    false,
    'Ollama',
  ),
  look('get', '/v1beta/models', 'The models this app may use, in Gemini’s form'),
  look('get', '/v1beta/models/{model}', 'One model, in Gemini’s form'),
  look('get', '/api/tags', 'The models this app may use, in Ollama’s form'),
  look('post', '/api/show', 'One model, in Ollama’s form'),
  look('get', '/api/ps', 'The models at work right now, in Ollama’s form'),
  { ...look('get', '/api/version', 'The version of Ollama’s API that is spoken here'), security: 'none' },
  inference(
    '/v1/rerank',
    'Documents put in order',
    body({ model, query: anyValue, documents: { type: 'array' }, top_n: count }, ['query', 'documents']),
    false,
    'Jina',
  ),
  inference(
    '/v2/rerank',
    'Documents put in order',
    body({ model, query: text, documents: { type: 'array' }, top_n: count }, ['query', 'documents']),
    false,
    'Cohere',
  ),
  inference('/v1/moderations', 'Moderation', body({ model, input: anyValue }, ['input']), false),
  {
    method: 'get',
    path: '/v1/models',
    area: 'Models',
    summary: 'The models this app may use',
    responses: { '200': answers('A list of models.', false)['200'], '401': refusals['401'] },
    security: 'app-key',
  },
  {
    method: 'get',
    path: '/v1/models/{model}',
    area: 'Models',
    summary: 'One model',
    parameters: [pathParameter('model', 'The id of a model; it may contain slashes.')],
    responses: {
      '200': answers('The model.', false)['200'],
      '401': refusals['401'],
      '404': refusals['404'],
    },
    security: 'app-key',
  },
  {
    method: 'get',
    path: '/',
    area: 'Documentation',
    summary: 'A sign of life: a line of text, a JSON summary, or the way to /docs, by Accept',
    responses: {
      '200': textAnswer('`Ollama is running`, which Ollama’s clients look for, or the summary as JSON.'),
      '302': { description: 'A browser is sent to /docs.' },
    },
    security: 'none',
  },
];
