import { describe, expect, it } from 'vitest';
import type { BackendConfig, Config } from '../../config/config.ts';
import { dialectByName } from '../../dialects/all-dialects.ts';
import type { Operation } from '../../model/operation.ts';
import { defineProvider, openAi, optional, type Surface } from '../../providers/provider.ts';
import { makeBackend } from '../../upstream/backend.ts';
import { chooseWay } from './choose-way.ts';
import { RouteTable } from './route-table.ts';

const timeouts = { connectMs: 1, firstByteMs: 1, idleMs: 1, slowClientMs: 1, totalMs: 1 };
const messages: Surface = { dialect: 'anthropic-messages', path: '/messages' };

function way(
  surfaces: readonly Surface[],
  spoken: string,
  { supports, quirks = {}, missing = [] as string[] }: Partial<BackendConfig> & { missing?: string[] } = {},
): string {
  const provider = defineProvider({ name: 'made-up', title: 'Made up', surfaces });
  const config = {
    name: 'b',
    baseUrl: 'http://127.0.0.1:1/v1',
    headers: new Map(),
    models: new Map(),
    tls: {},
    priority: 0,
    quirks,
    supports,
  } as unknown as BackendConfig;
  const backend = makeBackend(config, provider, timeouts);
  const house = { backends: { aliases: new Map() }, daemon: {} } as unknown as Config;
  const table = new RouteTable(house, [backend], new Map());
  const dialect = dialectByName(spoken);
  if (dialect === undefined) throw new Error(`no dialect ${spoken}`);
  const chosen = chooseWay(table, backend, 'm', dialect, (one) => missing.includes(one.dialect.name));
  if (chosen === undefined) return 'none';
  return `${chosen.isNative ? 'native' : 'translated'} ${chosen.surface.dialect.name}`;
}

const only = (operation: Operation, ...names: string[]) => new Map([[operation, names]]);

describe('a backend is asked', () => {
  it.each([
    [
      'in the client’s own dialect',
      [openAi.chat, messages],
      'anthropic-messages',
      'native anthropic-messages',
    ],
    [
      'else in the first it speaks',
      [openAi.chat, openAi.responses],
      'anthropic-messages',
      'translated openai-chat',
    ],
    [
      'for chat in responses, if that is all',
      [openAi.responses],
      'ollama-chat',
      'translated openai-responses',
    ],
    [
      'for vectors in vectors alone',
      [openAi.chat, openAi.embeddings],
      'gemini-embed',
      'translated openai-embeddings',
    ],
    ['not at all, where nothing is of the kind', [openAi.chat], 'gemini-embed', 'none'],
    ['for a count only where it counts', [openAi.chat], 'anthropic-count-tokens', 'none'],
    [
      'for a count in another way of counting',
      [openAi.chat, { dialect: 'vllm-tokenize', path: '/tokenize' }],
      'gemini-count-tokens',
      'translated vllm-tokenize',
    ],
  ] as const)('%s', (_what, surfaces, spoken, expected) => {
    expect(way(surfaces, spoken)).toBe(expected);
  });

  const local = [openAi.chat, optional(openAi.responses), optional(messages)];

  it('at an optional surface until it turns out to be missing', () => {
    expect(way(local, 'openai-responses')).toBe('native openai-responses');
    expect(way(local, 'openai-responses', { missing: ['openai-responses'] })).toBe('translated openai-chat');
  });

  it('never gives up a surface that is not optional', () => {
    expect(way([openAi.chat], 'openai-chat', { missing: ['openai-chat'] })).toBe('native openai-chat');
  });

  it('as its operator says it can be', () => {
    expect(way(local, 'openai-responses', { supports: only('chat', 'm') })).toBe('translated openai-chat');
    expect(way([openAi.completions, openAi.chat], 'ollama-chat', { supports: only('chat', 'm') })).toBe(
      'translated openai-chat',
    );
    const quirks = { dialects: ['openai-responses'] };
    expect(way(local, 'openai-chat', { quirks })).toBe('translated openai-responses');
    expect(way(local, 'openai-responses', { quirks, missing: ['openai-responses'] })).toBe(
      'native openai-responses',
    );
  });
});
