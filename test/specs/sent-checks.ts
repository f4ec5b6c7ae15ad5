/** Which document a request must obey, by the address it went to. */
import { isJson } from './openapi-schemas.ts';
import { bodyCheck, type Check, requestCheck } from './validators.ts';

const rules: readonly (readonly [RegExp, () => Check])[] = [
  [
    /^\/openai\/deployments\/.*\/chat\/completions\?.*preview$/,
    () => requestCheck('azure-preview', 'createChatCompletionRequest'),
  ],
  [
    /^\/openai\/deployments\/[^/]+\/chat\/completions/,
    () => requestCheck('azure', 'createChatCompletionRequest'),
  ],
  [/\/chat\/completions$/, () => requestCheck('openai', 'CreateChatCompletionRequest')],
  [/\/responses(\?.*)?$/, () => requestCheck('openai', 'CreateResponse')],
  [/\/messages(\?.*)?$/, () => requestCheck('anthropic', 'CreateMessageParams')],
  [/:(streamGenerateContent|generateContent)/, () => requestCheck('gemini', 'GenerateContentRequest')],
  [/\/api\/chat$/, () => requestCheck('ollama', 'Chat')],
  [/\/api\/generate$/, () => requestCheck('ollama', 'Generate')],
  [/\/api\/embed$/, () => requestCheck('ollama', 'Embed')],
  [/\/api\/embeddings$/, () => requestCheck('ollama', 'EmbedOne')],
  [/\/v2\/chat$/, () => bodyCheck('cohere', '/v2/chat')],
  [/\/v2\/embed$/, () => bodyCheck('cohere', '/v2/embed')],
  [
    /^\/openai\/deployments\/[^/]+\/embeddings/,
    () => bodyCheck('azure', '/deployments/{deployment-id}/embeddings'),
  ],
  [/\/embeddings$/, () => requestCheck('openai', 'CreateEmbeddingRequest')],
  [/\/completions$/, () => requestCheck('openai', 'CreateCompletionRequest')],
  [/:batchEmbedContents/, () => requestCheck('gemini', 'BatchEmbedContentsRequest')],
  [/:embedContent/, () => requestCheck('gemini', 'EmbedContentRequest')],
  [/:countTokens/, () => requestCheck('gemini', 'CountTokensRequest')],
  [/\/count_tokens(\?.*)?$/, () => requestCheck('anthropic', 'CountMessageTokensParams')],
];

export function complaintsAboutSent(path: string, body: unknown): readonly string[] {
  const rule = rules.find(([address]) => address.test(path));
  if (!rule) return [`sent to an address no document knows: ${path}`];
  return isJson(body) ? rule[1]()(body) : ['sent without a body'];
}
