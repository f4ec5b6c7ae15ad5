/**
 * What every provider must keep to, wherever its file lies. `catalog.test.ts` runs it over our own folder, and
 * `a-made-up-provider.test.ts` over one that somebody adds to.
 */
import { describe, expect, it } from 'vitest';
import { allDialects, dialectByName } from '../../src/dialects/all-dialects.ts';
import type { Catalog } from '../../src/providers/load-catalog.ts';

export function describeProviders(catalog: Catalog): void {
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
        // What only passes, and what nobody writes, is asked by nobody else.
        if (!allDialects.some((dialect) => dialect.kind === kind && dialect.writeRequest)) continue;
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
}
