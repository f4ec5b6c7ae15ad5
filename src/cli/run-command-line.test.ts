import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';

import { recordTerminal } from '../../test/support/recorded-terminal.ts';
import { runCommandLine } from './run-command-line.ts';

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function sluice(...words: string[]) {
  const terminal = recordTerminal();
  const exitCode = await runCommandLine(words, terminal);
  return { exitCode, output: terminal.output(), errors: terminal.errors() };
}

describe('wrong usage exits 2 and says what is wrong', () => {
  test.each([
    [['bogus'], 'no command "bogus"'],
    [['--bogus'], "unknown option '--bogus'"],
    [['status', '--bogus'], "unknown option '--bogus'"],
    [['start', '--unix-socket', '/tmp/x', '--port', '1'], 'cannot be used with'],
    [['--unix-socket', '/tmp/x', '--host', '127.0.0.1'], 'cannot be used with'],
    [['start', '--detach', '--foreground'], 'cannot be used with'],
    [['start', '--detach', '--reload'], 'cannot be used with'],
    [['start', '--port', '70000'], '65535'],
    [['start', '--port', 'http'], '65535'],
    [['start', '--log-level', 'loud'], 'debug'],
    [['stop', '--admin-url', 'http://127.0.0.1:1', '--unix-socket', '/tmp/x'], 'cannot be used with'],
    [['stop', '--admin-url', 'ftp://x'], 'http://'],
    [['stop', '--timeout', '0'], 'more than 0'],
    [['token', '--bytes', '0'], '1 to 1024'],
    [['token', '--bytes', 'many'], '1 to 1024'],
    [['token', '--prefix', 'a b'], '--prefix'],
    [['token', '--jwt'], '--app'],
    [['token', '--jwt', '--check'], 'cannot be used with'],
    [['token', '--jwt', '--app', 'a', '--expires', 'soon'], '30d'],
    [['explain'], '--app'],
    [['cancel'], 'request'],
    [['version', 'extra'], 'too many arguments'],
    [['status', '--config', '/a', '--config-dir', '/b'], 'the same flag'],
  ])('sluice %j', async (words, said) => {
    const { exitCode, errors, output } = await sluice(...words);
    expect(exitCode).toBe(2);
    expect(errors).toContain(said);
    expect(output).toBe('');
  });
});

describe('commands that need no daemon', () => {
  test('help and version exit 0', async () => {
    const help = await sluice('--help');
    expect(help.exitCode).toBe(0);
    for (const name of ['start', 'stop', 'reload', 'status', 'check', 'config', 'token', 'explain', 'models'])
      expect(help.output).toContain(`\n  ${name}`);
    expect((await sluice('--version')).output).toMatch(/^\d+\.\d+\.\d+/);
    expect((await sluice('version', '--json')).output).toContain('"version"');
  });

  test('a token is URL-safe, of the length asked for, and never the same', async () => {
    const one = (await sluice('token')).output.trim();
    expect(one).toMatch(/^sk-[A-Za-z0-9_-]{49}$/);
    expect((await sluice('token')).output.trim()).not.toBe(one);
    expect((await sluice('token', '--bytes', '16', '--prefix', '')).output.trim()).toMatch(
      /^[A-Za-z0-9_-]{28}$/,
    );
    const [token, hash] = (await sluice('token', '--hash')).output.trim().split('\n');
    expect(token).toMatch(/^sk-/);
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('status of a folder where nothing runs: no PID file, an empty one, a stale one', async () => {
    const folder = newFolder();
    const status = () => sluice('status', '--config', folder);
    expect(await status()).toMatchObject({
      exitCode: 3,
      output: expect.stringContaining('there is no PID file'),
    });
    writeFileSync(join(folder, 'sluice.pid'), '');
    expect(await status()).toMatchObject({
      exitCode: 3,
      output: expect.stringContaining('the PID file is empty'),
    });
    writeFileSync(join(folder, 'sluice.pid'), '999999999\n');
    expect(await status()).toMatchObject({
      exitCode: 3,
      output: expect.stringContaining('the PID file is stale'),
    });
    const { exitCode, output } = await sluice('status', '--config', folder, '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(output)).toMatchObject({ status: 'stopped', pid_file: { state: 'stale' } });
  });

  test('questions to a daemon that is not there fail and name the socket', async () => {
    const folder = newFolder();
    for (const command of ['reload', 'models', 'usage', 'running', 'healthcheck']) {
      const { exitCode, errors } = await sluice(command, '--config', folder);
      expect(exitCode).toBe(1);
      expect(errors).toContain('sluice-admin.sock');
    }
    expect(await sluice('stop', '--config', folder)).toMatchObject({ exitCode: 1 });
  });

  test('init writes a configuration that passes check, shows its secrets once, and never overwrites', async () => {
    const folder = join(newFolder(), 'new');
    const first = await sluice('init', '--config', folder);
    expect(first.exitCode).toBe(0);
    expect(first.output).toMatch(/key +sk-[\w-]{49}\n/);
    expect(await sluice('check', '--config', folder)).toMatchObject({ exitCode: 0, output: '' });
    const apps = readFileSync(join(folder, 'apps.json'), 'utf8');
    const second = await sluice('init', '--config', folder);
    expect(second).toMatchObject({ exitCode: 1, output: '' });
    expect(readFileSync(join(folder, 'apps.json'), 'utf8')).toBe(apps);
    expect(apps).not.toContain('sk-');
  });

  test('check prints file:line:column and the key, and exits 1; start refuses with 78', async () => {
    const folder = join(newFolder(), 'new');
    await sluice('init', '--config', folder);
    writeFileSync(join(folder, 'daemon.json'), '{\n  "listne": {}\n}\n');
    const check = await sluice('check', '--config', folder);
    expect(check.exitCode).toBe(1);
    expect(check.output).toMatch(/daemon\.json:2:\d+ listne: .*listen/);
    const start = await sluice('start', '--config', folder);
    expect(start.exitCode).toBe(78);
    expect(start.errors).toMatch(/daemon\.json:2:\d+ listne: /);
    const json = JSON.parse((await sluice('check', '--config', folder, '--json')).output);
    expect(json).toMatchObject({ status: 'refused', complaints: [{ severity: 'error', line: 2 }] });
  });

  test('check warns of files with keys in them that everybody can read, as start does', async () => {
    const folder = join(newFolder(), 'new');
    await sluice('init', '--config', folder);
    chmodSync(join(folder, 'apps.json'), 0o644);
    const { exitCode, output } = await sluice('check', '--config', folder);
    expect(exitCode).toBe(0);
    expect(output).toMatch(/apps\.json warning: everybody on this machine can read it; `chmod 600`/);
    expect(output).not.toContain('backends.json');
  });

  test('config print masks secrets and says where values come from', async () => {
    const folder = join(newFolder(), 'new');
    await sluice('init', '--config', folder);
    const { output } = await sluice('config', 'print', '--config', folder, '--origin');
    expect(output).toMatch(/listen\.port = 8080 +# daemon\.json:\d+/);
    expect(output).not.toMatch(/sha256:[0-9a-f]{64}/);
  });
});

test('no command but start loads the web framework, the HTTP client or the schemas', () => {
  const start = importsOf(resolve(import.meta.dirname, 'start.ts'), new Set());
  expect([...start].some((name) => name === 'fastify')).toBe(true); // the walk does find them
  const heavy = ['fastify', 'undici', 'typebox', 'jose', 'kysely', 'prom-client', 'pino'];
  for (const command of [
    'status',
    'stop',
    'reload',
    'running',
    'models',
    'usage',
    'explain',
    'cancel',
    'healthcheck',
  ]) {
    const loaded = importsOf(resolve(import.meta.dirname, `commands/${command}.ts`), new Set());
    expect([...loaded].filter((name) => heavy.some((word) => name.startsWith(word)))).toEqual([]);
  }
});

/** Every module that is loaded with this one; `import type` loads nothing. */
function importsOf(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm,
  )) {
    if (name.startsWith('.')) importsOf(resolve(dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
}
