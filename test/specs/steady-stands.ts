/** Backends of every type that a document of a vendor can stand in for. */
import type { servedDocument } from './steady-documents.ts';

export interface Stand {
  readonly vendor: Parameters<typeof servedDocument>[0];
  /** As the tables of questions call it. */
  readonly dialect: string;
  readonly model: string;
  backend(url: string): object;
}

const api_key = 'sk-upstream';
const supports = (model: string, ...more: readonly string[]) => ({
  chat: [model],
  ...Object.fromEntries(more.map((operation) => [operation, [model]])),
});

export const stands: readonly Stand[] = [
  {
    vendor: 'openai',
    dialect: 'openai-chat',
    model: 'chat-m',
    backend: (base_url) => ({
      type: 'openai-compatible',
      base_url,
      supports: supports('chat-m', 'completions', 'embeddings', 'images'),
    }),
  },
  {
    vendor: 'azure',
    dialect: 'azure',
    model: 'azure-m',
    backend: (base_url) => ({
      type: 'azure-openai',
      base_url,
      api_key,
      quirks: { api_version: '2024-10-21' },
      supports: supports('azure-m', 'embeddings'),
    }),
  },
  {
    vendor: 'anthropic',
    dialect: 'anthropic-messages',
    model: 'claude-m',
    backend: (url) => ({ type: 'anthropic', base_url: `${url}/v1`, api_key, supports: supports('claude-m') }),
  },
  {
    vendor: 'cohere',
    dialect: 'cohere-chat',
    model: 'command-m',
    backend: (base_url) => ({
      type: 'cohere',
      base_url,
      api_key,
      supports: supports('command-m', 'embeddings'),
    }),
  },
  {
    vendor: 'ollama',
    dialect: 'ollama-chat',
    model: 'llama-m',
    backend: (base_url) => ({
      type: 'ollama',
      base_url,
      quirks: { dialects: ['ollama-chat', 'ollama-generate', 'ollama-embed'] },
      supports: supports('llama-m', 'embeddings'),
    }),
  },
  {
    vendor: 'openai',
    dialect: 'openai-responses',
    model: 'resp-m',
    backend: (base_url) => ({
      type: 'openai',
      base_url,
      api_key,
      quirks: { dialects: ['openai-responses'] },
      supports: { responses: ['resp-m'] },
    }),
  },
];
