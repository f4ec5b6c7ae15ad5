import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allDialects, dialectByName } from '../../src/dialects/all-dialects.ts';
import type { Call } from '../../src/model/call.ts';
import { Warnings } from '../../src/model/warnings.ts';
import { loadCatalog } from '../../src/providers/load-catalog.ts';

/**
 * What every provider must keep to. The suite runs over the files of the catalogue by itself: a new provider
 * is tested the moment its file is there.
 */
const folder = new URL('../../src/providers/catalog/', import.meta.url);
const fileNames = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
const catalog = await loadCatalog();

it('the catalogue holds one provider per file, called after it', () => {
  expect(catalog.all.map((provider) => `${provider.name}.ts`).sort()).toEqual(fileNames.sort());
});

describe.each(catalog.all.map((provider) => [provider.name, provider] as const))('%s', (name, provider) => {
  it('has a name people can write, and a title people can read', () => {
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(provider.title.trim()).not.toBe('');
    expect(provider.title).not.toBe(name);
  });

  it('is found by its name and every alias', () => {
    for (const type of [name, ...provider.aliases]) expect(catalog.byType(type)).toBe(provider);
    // The configuration compares in lower case.
    for (const alias of provider.aliases) expect(alias).toBe(alias.toLowerCase());
    expect(new Set([name, ...provider.aliases]).size).toBe(provider.aliases.length + 1);
  });

  it('speaks known dialects, each at a place of its own', () => {
    // One that speaks none does jobs, or is there for the memory it gives back.
    const isOfUse = provider.jobs !== undefined || provider.driver?.unload !== undefined;
    expect(provider.surfaces.length > 0 || isOfUse).toBe(true);
    const place = { model: 'org/m:1', baseUrl: undefined, quirks: {}, route: '', query: '' };
    const paths = provider.surfaces.map(({ dialect, path }) => {
      expect(dialectByName(dialect), dialect).toBeDefined();
      return typeof path === 'string' ? path : path({ ...place, isStream: false });
    });
    for (const path of paths) expect(path).toMatch(/^\/\S*[^/\s]$/);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('can be asked by somebody who speaks none of its dialects', () => {
    const kinds = new Set(provider.surfaces.map(({ dialect }) => dialectByName(dialect)?.kind));
    for (const kind of kinds) {
      const written = provider.surfaces.find(
        ({ dialect }) => dialectByName(dialect)?.kind === kind && dialectByName(dialect)?.writeRequest,
      );
      expect(written, kind).toBeDefined();
    }
  });

  it('has a way with the paths people write', () => {
    for (const path of ['', '/v1', '/proxy/v1']) expect(provider.basePath(path)).toMatch(/^(\/[^/]+)*$/);
  });

  it('carries the key in the values of its headers, never in a name', () => {
    const key = 'sk-not-a-real-key';
    const headers = Object.entries(provider.keyHeaders(key));
    expect(headers.length).toBeGreaterThan(0);
    for (const [header] of headers) expect(header).toMatch(/^[a-z][a-z-]*$/);
    for (const [header] of headers) expect(header).not.toContain(key);
    expect(headers.some(([, value]) => value.includes(key))).toBe(true);
  });

  it('lives at an address that paths can be put behind', () => {
    if (provider.baseUrl === undefined) return;
    const url = new URL(provider.baseUrl);
    expect(provider.baseUrl).not.toMatch(/\/$/);
    expect(['http:', 'https:']).toContain(url.protocol);
    expect(url.search + url.hash + url.username + url.password).toBe('');
  });

  it('sends a key over nothing but TLS, unless it listens here', () => {
    const url = provider.baseUrl === undefined ? undefined : new URL(provider.baseUrl);
    const isSafe = url === undefined || url.protocol === 'https:' || url.hostname === '127.0.0.1';
    expect(isSafe).toBe(true);
  });

  it('is asked for its models and its health by paths', () => {
    for (const path of [provider.modelsPath, provider.probe?.path]) {
      if (path !== undefined) expect(path).toMatch(/^\/\S*$/);
    }
  });

  it('listens, if it is a local runtime, where its own address says', () => {
    if (provider.localPort === undefined) return;
    expect(new URL(provider.baseUrl ?? '').port).toBe(String(provider.localPort));
    expect(new URL(provider.baseUrl ?? '').hostname).toBe('127.0.0.1');
    expect(provider.needsKey).toBe(false);
  });

  it('either lives in this house or has a way to be reached', () => {
    if (provider.inHouse === undefined) return;
    expect(provider.baseUrl).toBeUndefined();
    expect(provider.needsKey).toBe(false);
    expect(provider.inHouse.models.length).toBeGreaterThan(0);
  });
});

const calls: Call[] = [
  {
    kind: 'generation',
    model: 'm',
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'a few words' }] }],
    tools: [],
    stop: [],
    choices: 2,
    extra: {},
  },
  { kind: 'embeddings', model: 'm', inputs: ['a', [1, 2]], extra: {} },
  { kind: 'images', model: 'm', prompt: 'a', count: 2 },
];
const inHouse = catalog.all.flatMap((provider) =>
  provider.inHouse ? [[provider.name, provider.inHouse] as const] : [],
);

describe.each(inHouse)('%s, which answers in this house,', (_name, house) => {
  const cases = calls.flatMap((call) =>
    [true, false].map((isStream) => [call.kind, isStream, call] as const),
  );

  it.each(cases)('answers %s (streamed: %s) in the order every answer has', (_kind, isStream, call) => {
    const timed = [...house.answer(call, { isStream, quirks: {}, createdS: 1, warnings: new Warnings() })];
    const types = timed.map(({ event }) => event.type);
    expect(types[0]).toBe('answer-start');
    expect(types.indexOf('answer-end')).toBe(types.length - 1);
    expect(types).toContain('choice-end');
    expect(types.indexOf('choice-end')).toBeGreaterThan(
      types.findLastIndex((type) => type.endsWith('-delta')),
    );
    expect(timed.every(({ waitMs }) => waitMs >= 0)).toBe(true);
  });

  it('answers the same question the same way', () => {
    for (const call of calls) {
      const answer = () =>
        JSON.stringify([
          ...house.answer(call, { isStream: true, quirks: {}, createdS: 1, warnings: new Warnings() }),
        ]);
      expect(answer()).toBe(answer());
    }
  });
});

describe('the dialects', () => {
  it('have names and routes of their own', () => {
    const names = allDialects.map((dialect) => dialect.name);
    const routes = allDialects.flatMap((dialect) => dialect.routes);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(routes).size).toBe(routes.length);
    for (const route of routes) expect(route).toMatch(/^\/[a-z0-9_/]+(\{model\}[a-zA-Z0-9_:/]*)?$/);
  });

  it('are whole: streams are heard, read and written, or not at all', () => {
    for (const dialect of allDialects) {
      expect(dialect.streamListener === undefined, dialect.name).toBe(dialect.eventReader === undefined);
      // Nobody is answered in a dialect that only backends speak.
      if (dialect.routes.length === 0) expect(dialect.writeRequest, dialect.name).toBeDefined();
      else expect(dialect.frameWriter === undefined, dialect.name).toBe(dialect.eventReader === undefined);
    }
  });
});
