import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { recordTerminal } from '../../test/support/recorded-terminal.ts';
import { formatDurationS, readDurationS } from './duration.ts';
import { curlLine } from './first-run.ts';
import { formatFacts, formatTable } from './print-table.ts';
import { startWarnings } from './start-warnings.ts';

describe('tables', () => {
  test('columns are aligned, numbers to the right, colours without width, gaps as dashes', () => {
    const { paint } = recordTerminal(true);
    const table = formatTable(
      ['NAME', 'STATE', 'COUNT'],
      [
        ['a', paint.green('up'), 5],
        ['longer', 'down', 1200],
        ['', null, 0],
      ],
    );
    expect(table.replaceAll('\u001b[32m', '<').replaceAll('\u001b[0m', '>').split('\n')).toEqual([
      'NAME    STATE  COUNT',
      'a       <up>         5',
      'longer  down    1200',
      '-       -          0',
    ]);
  });

  test('facts', () => {
    expect(
      formatFacts([
        ['a', '1'],
        ['long name', ''],
      ]),
    ).toBe('a          1\nlong name');
  });

  test('without colours nothing is painted', () => {
    expect(recordTerminal(false).paint.red('x')).toBe('x');
  });
});

test.each([
  ['30d', 2_592_000],
  ['12h', 43_200],
  ['90m', 5400],
  ['45', 45],
  ['0.5s', 0.5],
  ['soon', undefined],
  ['-1', undefined],
])('the duration %s', (text, expected) => {
  expect(readDurationS(text)).toBe(expected);
});

test('durations are said in their two largest units', () => {
  expect([0, 59, 61, 3600, 93_784].map(formatDurationS)).toEqual(['0s', '59s', '1m 1s', '1h', '1d 2h']);
});

test.each([
  ['http://127.0.0.1:8080', 'curl http://127.0.0.1:8080/v1/chat'],
  ['http://0.0.0.0:8080', 'curl http://127.0.0.1:8080/v1/chat'],
  ['http://[::]:8080', 'curl http://[::1]:8080/v1/chat'],
  ['unix:/run/sluice.sock', 'curl --unix-socket /run/sluice.sock http://localhost/v1/chat'],
  ["unix:/tmp/it's here", "curl --unix-socket '/tmp/it'\\''s here' http://localhost/v1/chat"],
])('the curl line for %s works when pasted', (address, expected) => {
  const line = curlLine('sk-key', address);
  expect(line).toContain(expected);
  expect(line).toContain("-H 'Authorization: Bearer sk-key'");
});

describe('warnings at start', () => {
  test('of a Node without security fixes', () => {
    const about = (nodeVersion: string) =>
      startWarnings({ nodeVersion, userId: 1000, configFiles: [] }).length;
    expect([about('v20.20.2'), about('v23.1.0'), about('v22.12.0'), about('v24.0.0')]).toEqual([1, 1, 0, 0]);
  });

  test('of configuration files that everybody can read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'modes-'));
    const files = ['closed.json', 'open.json'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, '{}');
    chmodSync(files[0] ?? '', 0o600);
    chmodSync(files[1] ?? '', 0o644);
    const [warning, ...others] = startWarnings({ nodeVersion: 'v24.0.0', userId: 0, configFiles: files });
    expect(others).toEqual([]);
    expect(warning).toContain('open.json');
    expect(warning).not.toContain('closed.json');
    expect(warning).toContain('root');
    rmSync(folder, { recursive: true });
  });
});
