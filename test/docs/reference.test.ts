/** Tables that repeat the code say what the code says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quirksSchema } from '../../src/config/schema/quirks-schema.ts';
import { ordinaryQuirks } from '../../src/dialects/wire-quirks.ts';
import { errorKinds } from '../../src/model/gateway-error.ts';
import { backendsFile, backendsPage } from '../../tools/write-backends.ts';
import { configReference, referenceFile } from '../../tools/write-config-reference.ts';
import { pageOf } from './pages.ts';

interface ErrorRow {
  readonly status: number;
  readonly code: string;
  readonly isWorthRetrying: boolean;
}

function errorRows(): ErrorRow[] {
  const rows = pageOf('docs/api.md').text.matchAll(/^\| (\d{3}) \| `(\w+)` \| (yes|no) \|/gm);
  return [...rows].map(([, status, code = '', again]) => ({
    status: Number(status),
    code,
    isWorthRetrying: again === 'yes',
  }));
}

describe('docs/api.md', () => {
  it('has every error of the closed list, with its status and whether to try again, and no other', () => {
    const ours = Object.entries(errorKinds).map(([code, { status, isWorthRetrying }]) => ({
      status,
      code,
      isWorthRetrying,
    }));
    expect(errorRows()).toEqual(ours);
  });
});

describe('quirks', () => {
  const inSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const ours = Object.keys(ordinaryQuirks).map(inSnakeCase);

  it('are all in the table of docs/configuration.md, as they are unless a type says otherwise', () => {
    const rows = pageOf('docs/configuration.md').text.matchAll(/^\| (`[^|]+`) \| `(\w+)` \|/gm);
    const told = [...rows].flatMap(([, names = '', value]) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, value]),
    );
    const quirks = told.filter(([name]) => ours.includes(name ?? ''));
    expect(Object.fromEntries(quirks)).toEqual(
      Object.fromEntries(
        Object.entries(ordinaryQuirks).map(([name, value]) => [inSnakeCase(name), `${value}`]),
      ),
    );
  });

  it('may all be set in the configuration', () => {
    expect(Object.keys(quirksSchema.properties)).toEqual(expect.arrayContaining(ours));
  });
});

describe('docs/configuration-reference.md', () => {
  it('is fresh (else run: npx tsx tools/write-config-reference.ts)', () => {
    expect(readFileSync(referenceFile, 'utf8')).toBe(configReference());
  });
});

describe('docs/backends.md', () => {
  it('is fresh (else run: npm run backends)', async () => {
    expect(readFileSync(backendsFile, 'utf8')).toBe(await backendsPage());
  });
});
