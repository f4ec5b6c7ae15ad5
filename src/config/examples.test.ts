import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { KnownType } from './known-types.ts';
import { type LoadedConfig, loadConfig } from './load.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

const surfaces = ['openai-chat', 'openai-embeddings'].map((dialect) => ({ dialect }));

/** The types the examples use; that the catalogue has them is the business of a test above this floor. */
const knownTypes: readonly KnownType[] = [
  ...['openai', 'anthropic', 'mistral'].map((name) => ({
    name,
    aliases: [],
    needsKey: true,
    baseUrl: `https://${name}.test/v1`,
    surfaces,
  })),
  { name: 'xai', aliases: ['grok'], needsKey: true, baseUrl: 'https://xai.test/v1', surfaces },
  { name: 'gemini', aliases: ['google'], needsKey: true, baseUrl: 'https://gemini.test', surfaces },
  ...['ollama', 'vllm', 'openai-compatible'].map((name) => ({
    name,
    aliases: [],
    needsKey: false,
    surfaces,
  })),
];

const env = {
  HOME: '/home/me',
  OPENAI_API_KEY: 'sk-of-nobody-0000',
  OPENROUTER_API_KEY: 'sk-or-of-nobody-0000',
};

const load = (name: string): LoadedConfig => loadConfig({ configPath: examples + name, env, knownTypes });

const others = ['clients', 'services', 'README.md'];
const names = readdirSync(examples).filter((name) => !others.includes(name));

describe('examples', () => {
  it.each(names.filter((name) => name !== 'mini-apigw'))('%s loads without a complaint', (name) => {
    expect(load(name).warnings).toEqual([]);
  });
});

describe('the files of mini-apigw load unchanged', () => {
  const { config, warnings } = load('mini-apigw');

  it('in both spellings', () => {
    expect(config.daemon.listen).toMatchObject({
      hostV4: '127.0.0.1',
      hostV6: '::1',
      unixSocket: '/var/llmgw/llmgw.sock',
    });
    expect(config.apps.map(({ trace }) => trace?.imageDir)).toEqual([
      '/var/log/mini-apigw/images',
      '/var/log/mini-apigw/lab',
    ]);
    expect(config.apps.map(({ trace }) => trace?.includePrompts)).toEqual([true, false]);
  });

  it('with what its backends said in their own words', () => {
    const [openai, ollama, anthropic, mistral, grok, google] = config.backends.list;
    expect(openai?.supports?.get('responses')).toEqual(['*']);
    expect(openai?.cost?.models.get('gpt-4o')).toMatchObject({
      promptPerMillion: 2.5,
      completionPerMillion: 10,
    });
    expect(ollama).toMatchObject({
      sequenceGroup: 'localgpu',
      concurrency: 1,
      timeouts: { totalMs: 900_000 },
    });
    expect(anthropic?.headers.get('anthropic-version')?.reveal()).toBe('2023-06-01');
    expect(mistral?.headers.get('x-lab')?.reveal()).toBe('blog');
    expect(mistral?.baseUrl).toBe('https://api.mistral.ai/v1');
    expect([grok?.type, google?.type]).toEqual(['xai', 'gemini']);
    expect(config.backends.aliases.get('assistant')).toBe('llama3.2:latest');
  });

  it('and says what has no effect', () => {
    const keys = warnings.map(({ key }) => key).filter((key) => key !== '');
    expect(keys).toEqual(['apps[0].api_keys[0]', 'job_registry']);
  });
});
