/** Tables that repeat the code say what the code says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorKinds } from '../../src/model/gateway-error.ts';
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

describe('docs/configuration-reference.md', () => {
  it('is fresh (else run: npx tsx tools/write-config-reference.ts)', () => {
    expect(readFileSync(referenceFile, 'utf8')).toBe(configReference());
  });
});
