/** A backend of every dialect we can write, all of them the one fake upstream, each with a model of its own. */
import type { FakeUpstream } from '../fake-upstream/fake-upstream.ts';

export interface Back {
  /** The dialect spoken to it. */
  readonly dialect: string;
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export function everyBack(upstream: Pick<FakeUpstream, 'url'>): readonly Back[] {
  const { url } = upstream;
  const api_key = 'sk-upstream';
  const back = (dialect: string, model: string, config: Readonly<Record<string, unknown>>): Back => ({
    dialect,
    model,
    config: { name: `back-${model}`, supports: supports(dialect, model), ...config },
  });
  return [
    back('openai-chat', 'chat-m', {
      type: 'openai-compatible',
      base_url: `${url}/v1`,
      quirks: { dialects: ['openai-chat', 'openai-embeddings', 'jina-rerank'] },
    }),
    back('openai-responses', 'resp-m', {
      type: 'openai',
      base_url: `${url}/v1`,
      api_key,
      quirks: { dialects: ['openai-responses'] },
    }),
    back('anthropic-messages', 'claude-m', { type: 'anthropic', base_url: `${url}/v1`, api_key }),
    back('gemini-generate', 'gemini-m', { type: 'gemini', base_url: `${url}/v1beta`, api_key }),
    back('ollama-chat', 'llama-m', { type: 'ollama', base_url: url, quirks: { dialects: ollama } }),
    back('cohere-chat', 'command-m', { type: 'cohere', base_url: url, api_key }),
    back('azure', 'azure-m', { type: 'azure-openai', base_url: url, api_key }),
  ];
}

const ollama = ['ollama-chat', 'ollama-generate', 'ollama-embed'];

/** A model and all its scenarios, `m!tools=2`. */
function supports(dialect: string, model: string): Readonly<Record<string, readonly string[]>> {
  const names = [model, `${model}!*`];
  if (dialect === 'openai-responses') return { responses: names };
  if (dialect === 'anthropic-messages') return { chat: names };
  const ranks = dialect === 'openai-chat' || dialect === 'cohere-chat';
  return { chat: names, embeddings: names, ...(ranks ? { rerank: names } : {}) };
}
