/** The vendors' documents, cut down to what is asked, with one plain answer to each: random ones help nobody. */

import { ollamaSchemas } from './ollama.schema.ts';
import { isJson } from './openapi-schemas.ts';
import { repairedSchemas } from './spec-flaws.ts';
import { type Json, type Vendor, vendorSpec } from './vendor-specs.ts';

interface Page {
  readonly path: string;
  readonly answer: Json;
  /** Where the gateway asks for it, if the document leaves out how the path begins. */
  readonly askedAt?: string;
}

const message = { role: 'assistant', content: 'Hello.', refusal: null };
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

const chatAnswer: Json = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
  usage,
};

const completion: Json = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, text: 'Hello.', finish_reason: 'stop', logprobs: null }],
  usage,
};

const pictures: Json = { created: 1, data: [{ b64_json: 'iVBORw0KGgo=' }] };

const vectors: Json = {
  object: 'list',
  model: 'm',
  data: [{ object: 'embedding', index: 0, embedding: [0.5, 0.25] }],
  usage: { prompt_tokens: 3, total_tokens: 3 },
};

const responsesAnswer: Json = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  model: 'm',
  output: [
    {
      type: 'message',
      id: 'msg_1',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hello.', annotations: [], logprobs: [] }],
    },
  ],
  parallel_tool_calls: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
};

const anthropicAnswer: Json = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 },
};

const cohereAnswer: Json = {
  id: '1',
  finish_reason: 'COMPLETE',
  message: { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
  usage: { tokens: { input_tokens: 3, output_tokens: 2 } },
};

const cohereVectors: Json = { id: '1', embeddings: { float: [[0.5, 0.25]] }, texts: ['x'] };

const ollamaAnswer: Json = {
  model: 'm',
  created_at: '2026-01-01T00:00:00Z',
  message: { role: 'assistant', content: 'Hello.' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 3,
  eval_count: 2,
};

const { message: _, ...ollamaEnd } = ollamaAnswer;
const ollamaText: Json = { ...ollamaEnd, response: 'Hello.' };

const ollamaVectors: Json = { model: 'm', embeddings: [[0.5, 0.25]], prompt_eval_count: 3 };

const pages: Readonly<Record<Vendor | 'ollama', readonly Page[]>> = {
  openai: [
    { path: '/chat/completions', answer: chatAnswer },
    { path: '/completions', answer: completion },
    { path: '/responses', answer: responsesAnswer },
    { path: '/images/generations', answer: pictures },
    { path: '/embeddings', answer: vectors },
  ],
  azure: [
    {
      path: '/deployments/{deployment-id}/chat/completions',
      askedAt: '/openai/deployments/{deployment-id}/chat/completions',
      answer: chatAnswer,
    },
    {
      path: '/deployments/{deployment-id}/embeddings',
      askedAt: '/openai/deployments/{deployment-id}/embeddings',
      answer: vectors,
    },
  ],
  anthropic: [{ path: '/v1/messages', answer: anthropicAnswer }],
  cohere: [
    { path: '/v2/chat', answer: cohereAnswer },
    { path: '/v2/embed', answer: cohereVectors },
  ],
  ollama: [
    { path: '/api/chat', answer: ollamaAnswer },
    { path: '/api/generate', answer: ollamaText },
    { path: '/api/embed', answer: ollamaVectors },
  ],
  gemini: [],
  'azure-preview': [],
};

/** A document that Steady serves. Security goes: Cohere's is written wrong, and keys are not what is tested here. */
export function servedDocument(vendor: Exclude<Vendor, 'gemini'> | 'ollama'): Json {
  const spec = vendor === 'ollama' ? ollamaDocument() : vendorSpec(vendor);
  const { security: _, servers: __, components, paths, info, openapi } = spec;
  const { schemas } = components as { readonly schemas: Json };
  const served = pages[vendor].map(({ path, askedAt = path, answer }) => {
    const { post } = (paths as Readonly<Record<string, Json>>)[path] ?? {};
    return [askedAt, { post: { ...answered(post, answer), security: [] } }];
  });
  return {
    openapi,
    info: { version: '1', ...(info as Json) },
    paths: Object.fromEntries(served),
    components: {
      ...(components as Json),
      securitySchemes: {},
      schemas: vendor === 'ollama' ? schemas : repairedSchemas(vendor, schemas),
    },
  };
}

/** The answer without its schema: a plain one need not hold all that a document demands. */
function answered(operation: unknown, example: Json): Json {
  if (!isJson(operation)) throw new Error('the document has no such operation');
  const ok = { description: 'As it should be', content: { 'application/json': { schema: {}, example } } };
  return { ...operation, responses: { '200': ok } };
}

function ollamaDocument(): Json {
  const operation = (schema: string): Json => ({
    post: {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
      },
    },
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Ollama', version: '1' },
    paths: {
      '/api/chat': operation('Chat'),
      '/api/generate': operation('Generate'),
      '/api/embed': operation('Embed'),
    },
    components: { schemas: ollamaSchemas },
  };
}
