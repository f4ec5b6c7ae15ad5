import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allDialects } from '../../src/dialects/all-dialects.ts';
import type { Call } from '../../src/model/call.ts';
import { Warnings } from '../../src/model/warnings.ts';
import { loadCatalog } from '../../src/providers/load-catalog.ts';
import { describeProviders } from './provider-suite.ts';

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

describeProviders(catalog);

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
  {
    kind: 'rerank',
    model: 'm',
    query: 'a',
    documents: ['b', { text: 'a' }],
    returnsDocuments: true,
    extra: {},
  },
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
    for (const dialect of allDialects.filter(({ kind }) => kind !== 'passing')) {
      expect(dialect.streamListener === undefined, dialect.name).toBe(dialect.eventReader === undefined);
      // Nobody is answered in a dialect that only backends speak.
      if (dialect.routes.length === 0) expect(dialect.writeRequest, dialect.name).toBeDefined();
      else expect(dialect.frameWriter === undefined, dialect.name).toBe(dialect.eventReader === undefined);
    }
  });

  it('read nothing into a call that only passes, and write nothing out of one', () => {
    const passing = allDialects.filter(({ kind }) => kind === 'passing');
    expect(passing.length).toBeGreaterThan(0);
    for (const dialect of passing) {
      const reading = { address: { route: '', model: undefined, query: '' }, warnings: new Warnings() };
      expect(() => dialect.readCall({}, reading), dialect.name).toThrow(
        expect.objectContaining({ code: 'operation_not_supported' }),
      );
      expect(dialect.writeRequest, dialect.name).toBeUndefined();
      expect(dialect.eventReader, dialect.name).toBeUndefined();
    }
  });
});
