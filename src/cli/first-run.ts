import { type FirstConfig, writeFirstConfig } from '../config/first-run.ts';
import { hashToken, makeToken } from '../config/make-token.ts';
import type { Catalog } from '../providers/load-catalog.ts';
import type { FoundRuntime } from '../upstream/find-local-runtimes.ts';
import { CommandFailure } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** The first run: looks around, writes three files, and keeps the two secrets just long enough to show them once. */
export interface FirstRun {
  readonly appId: 'demo';
  readonly key: string;
  readonly adminToken: string;
  readonly files: readonly string[];
  readonly runtimes: readonly FoundRuntime[];
}

const PORTS = [8080, 8090, 8180, 8280];
const ADMIN_PORTS = [8081, 8091, 8181, 8281];

export async function writeFirstRun(directory: string, catalog: Catalog): Promise<FirstRun> {
  // With the HTTP client behind it, which no other start needs this early.
  const { findLocalRuntimes } = await import('../upstream/find-local-runtimes.ts');
  const { findFreePort } = await import('../upstream/find-free-port.ts');
  const runtimes = await findLocalRuntimes(catalog);
  // Several runtimes live on 8080, too; a first run asks no question and must not fail over that.
  const ports = { port: await findFreePort(PORTS), adminPort: await findFreePort(ADMIN_PORTS) };
  const key = makeToken('sk-', 32);
  const adminToken = makeToken('', 32);
  const hashes = { appKeyHash: hashToken(key), adminTokenHash: hashToken(adminToken) };
  const files = writeOrExplain(directory, { backends: runtimes, ...hashes, ...ports });
  return { appId: 'demo', key, adminToken, files, runtimes };
}

function writeOrExplain(directory: string, first: FirstConfig): string[] {
  try {
    return writeFirstConfig(directory, first);
  } catch (error) {
    const message = `There is no configuration, and ${directory} cannot be written to: ${String(error)}`;
    throw new CommandFailure(message, undefined, { cause: error });
  }
}

/** Where the house can be reached, as far as it is known when the secrets are shown. */
export interface Reachable {
  readonly addresses: readonly string[];
  readonly adminAddresses: readonly string[];
}

export function printFirstRun(first: FirstRun, where: Reachable, terminal: Terminal): void {
  const { paint } = terminal;
  const found = first.runtimes.map(({ title, baseUrl }) => `${title} at ${baseUrl}`);
  terminal.print(
    [
      paint.bold('This is the first run; these files were written:'),
      ...first.files.map((file) => `  ${file}`),
      `Backends: ${['echo', ...found].join(', ')}`,
      '',
      paint.bold(
        'The key of app "demo" and the admin token. They are shown this once; the files hold only hashes.',
      ),
      `  key          ${first.key}`,
      `  admin token  ${first.adminToken}`,
      '',
      paint.bold('Try it:'),
      curlLine(first.key, where.addresses[0]),
      '',
      `Admin: ${where.adminAddresses[0] ?? 'the control socket alone'} (/stats/live, /metrics; /admin/api takes the token as Bearer)`,
      '',
    ].join('\n'),
  );
}

/** One line, ready to paste. */
export function curlLine(key: string, address = 'http://127.0.0.1:8080'): string {
  const socket = address.startsWith('unix:') ? `--unix-socket ${quote(address.slice('unix:'.length))} ` : '';
  const base = socket === '' ? reachableUrl(address) : 'http://localhost';
  const body = '{"model":"echo","messages":[{"role":"user","content":"Hello, Sluice"}]}';
  return `curl ${socket}${base}/v1/chat/completions -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '${body}'`;
}

/** Nobody can connect to "every address". */
function reachableUrl(address: string): string {
  return address.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]');
}

function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
