import { describe, expect, it } from 'vitest';
import azure from './azure-openai.ts';

const HOST = 'https://lab.openai.azure.com';
const DATED = '/openai/deployments/gpt%2Fmine/chat/completions?api-version=';

function pathOf(dialect: string, baseUrl: string, quirks = {}): string {
  const surface = azure.surfaces.find((one) => one.dialect === dialect);
  const { path } = surface ?? {};
  if (typeof path !== 'function') throw new TypeError(`${dialect} has no path of its own`);
  return path({ baseUrl, quirks, model: 'gpt/mine', isStream: false, route: '', query: '' });
}

describe('Azure', () => {
  it.each([
    ['the host alone', HOST, {}, `${DATED}2024-10-21`],
    ['the host and /openai', `${HOST}/openai`, {}, `${DATED}2024-10-21`],
    ['a version', HOST, { api_version: '2025-04-01-preview' }, `${DATED}2025-04-01-preview`],
    [
      'a version against the address',
      `${HOST}/openai/v1`,
      { api_version: '2024-06-01' },
      `${DATED}2024-06-01`,
    ],
    ['the surface without dates', `${HOST}/openai/v1`, {}, '/openai/v1/chat/completions'],
    ['the same with a slash', `${HOST}/openai/v1/`, {}, '/openai/v1/chat/completions'],
    ['v1 in so many words', HOST, { api_version: 'v1' }, '/openai/v1/chat/completions'],
  ])('is asked for a chat by %s', (_how, baseUrl, quirks, path) => {
    expect(pathOf('openai-chat', baseUrl, quirks)).toBe(path);
  });

  it.each([
    ['no version', {}, '/openai/v1/responses'],
    ['v1', { api_version: 'v1' }, '/openai/v1/responses'],
    ['a version', { api_version: '2025-04-01-preview' }, '/openai/responses?api-version=2025-04-01-preview'],
  ])('is asked for responses with %s', (_how, quirks, path) => {
    expect(pathOf('openai-responses', HOST, quirks)).toBe(path);
  });

  it.each(['', '/openai', '/openai/v1', '/gate/openai/v1'])('has its paths behind %j', (configured) => {
    expect(azure.basePath(configured)).toBe(configured.startsWith('/gate') ? '/gate' : '');
  });

  it.each([
    ['by default', HOST, {}, 'none'],
    ['by an early version', HOST, { api_version: '2024-06-01' }, 'none'],
    ['by a late version', HOST, { api_version: '2024-12-01-preview' }, undefined],
    ['without dates', `${HOST}/openai/v1`, {}, undefined],
  ])('is told how much to think only where it knows: %s', (_how, baseUrl, quirks, reasoningSwitch) => {
    const own = typeof azure.quirks === 'function' ? azure.quirks({ baseUrl, quirks }) : azure.quirks;
    expect(own.reasoningSwitch).toBe(reasoningSwitch);
  });
});
