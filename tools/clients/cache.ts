/** What the clients need from the npm registry, in a folder outside the checkout; it stays there for the next run. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const NODE = '24';

const cache = process.env.SLUICE_CLIENTS_DIR ?? join(homedir(), '.cache', 'sluice-clients');

// The npm of an older Node installs for a newer one here, and peers of all of them rarely agree.
const LENIENT = ['--engine-strict=false', '--legacy-peer-deps'];
const QUIET = ['--no-save', '--no-audit', '--no-fund', '--no-update-notifier', '--ignore-scripts'];

export const run = promisify(execFile);

let node: Promise<string> | undefined;

/** The program of a newer Node than ours may be; asked of the registry once a run. */
export function installedNode(): Promise<string> {
  node ??= installNode();
  return node;
}

async function installNode(): Promise<string> {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  return join(await installed([`${name}@${NODE}`], 'node'), 'node_modules', name, 'bin', 'node');
}

/** Installs again each time: the cache makes that cheap. No package named here needs its install scripts. */
export async function installed(packages: readonly string[], into: string): Promise<string> {
  const folder = join(cache, into);
  mkdirSync(folder, { recursive: true });
  await run('npm', ['install', ...QUIET, ...LENIENT, '--prefix', folder, ...packages], { cwd: folder });
  return folder;
}

/** What the `package.json` of a checkout asks for, without writing anything but `node_modules` into it. */
export async function installedIn(checkout: string): Promise<void> {
  await run('npm', ['install', '--no-package-lock', ...QUIET, ...LENIENT], { cwd: checkout });
}
