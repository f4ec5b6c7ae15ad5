/** What a reader may copy out of a page works: the first request word for word, and every configuration. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type ChildProgram, startProgram } from '../support/child-program.ts';
import { freePorts } from '../support/free-ports.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';
import { blocksOf, type Page, pageOf, pages, root } from './pages.ts';

const main = join(root, 'dist/cli/main.js');
const run = promisify(execFile);

/** Like a new user: a home with nothing in it, and no word of XDG. */
const strangersEnvironment = (home: string) => ({ PATH: process.env.PATH ?? '', HOME: home, NO_COLOR: '1' });

describe('the first request of README.md', () => {
  const home = tempFolder('sluice-readme-');
  let gateway: ChildProgram;
  let port = 0;
  let printed = '';

  beforeAll(async () => {
    const [mainPort = 0, adminPort = 0] = await freePorts(2);
    port = mainPort;
    gateway = start();
    printed = await waitFor('the first run', () => lineOf(gateway, 'curl '), { timeoutMs: 15_000 });
    if (await isListening()) return;
    // Its admin port is everybody's default, and something else on this machine has it.
    await gateway.ended;
    const file = join(home, '.config/sluice/daemon.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('127.0.0.1:8081', `127.0.0.1:${adminPort}`));
    gateway = start();
    await waitFor('the second start', isListening, { timeoutMs: 15_000 });
  });

  afterAll(() => gateway?.stop());

  function start(): ChildProgram {
    const words = [main, 'start', '--port', String(port)];
    return startProgram(process.execPath, words, { env: strangersEnvironment(home), cwd: home });
  }

  async function isListening(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${port}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  it('is what the first run prints, but for the key and the port', () => {
    const [shown = ''] = blocksOf(pageOf('README.md'), 'sh').filter((block) => block.startsWith('curl '));
    const key = /Bearer (sk-[\w-]+)/.exec(printed)?.[1] ?? '';
    expect(printed.replace(key, 'YOUR_KEY').replace(`:${port}/`, ':8080/')).toBe(shown.trimEnd());
  });

  it('is answered with an echo, run word for word by a shell', async () => {
    const { stdout } = await run('bash', ['-c', printed]);
    expect(JSON.parse(stdout).choices[0].message.content).toBe('Echo: Hello, Sluice');
  });
});

function lineOf(program: ChildProgram, start: string): string | undefined {
  return program.stdoutLines.find((line) => line.startsWith(start));
}

/** Pieces of configuration in the pages, completed to a whole one: what they leave out is plain. */
const pieces = pages.flatMap((page) => blocksOf(page, 'yaml').map((text) => [page, text] as const));

describe('a configuration shown in', () => {
  it.each(pieces.map(([page, text]) => [page.path, page, text] as const))(
    '%s is accepted',
    async (_path, page, text) => {
      const folder = tempFolder('sluice-shown-');
      const config = join(folder, 'config');
      mkdirSync(config);
      for (const [name, section] of Object.entries(sectionsOf(text))) {
        writeFileSync(join(config, `${name}.json`), JSON.stringify(section), { mode: 0o600 });
      }
      const env = { ...strangersEnvironment(folder), ACME_KEY: 'a-key-for-acme' };
      const check = await run(process.execPath, [main, 'check', '--config', config], { env }).catch(
        (error) => error,
      );
      expect(complaintsIn(check.stdout, page)).toEqual([]);
    },
  );
});

/** An example may name a provider that the page is about to add, and a hash it need not write out. */
function complaintsIn(output: string, page: Page): string[] {
  const isExpected = (line: string) =>
    line.includes(' warning: ') || (page.path === 'docs/how-to/add-a-provider.md' && line.includes('"acme"'));
  return output.split('\n').filter((line) => line !== '' && !isExpected(line));
}

const daemonKeys = [
  'listen',
  'admin',
  'logging',
  'metrics',
  'redis',
  'cache',
  'retry',
  'circuit_breaker',
  'health',
];

function sectionsOf(text: string): Record<string, object> {
  const shown = parseYaml(text.replaceAll('sha256:…', `sha256:${'0'.repeat(64)}`)) as Record<string, unknown>;
  const taken = (keys: readonly string[], isAmong: boolean) =>
    Object.fromEntries(Object.entries(shown).filter(([key]) => keys.includes(key) === isAmong));
  return {
    daemon: taken(daemonKeys, true),
    apps: { apps: [{ app_id: 'somebody', api_keys: ['sk-somebody'] }], ...taken(['apps'], true) },
    backends: { backends: [{ type: 'echo' }], ...taken([...daemonKeys, 'apps'], false) },
  };
}
