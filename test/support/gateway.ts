/** The gateway as its users run it: the built program, started on free ports, waited for, and stopped for certain. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildProgram, type Ended, startProgram } from './child-program.ts';
import { type GatewayConfig, type GatewayFolder, gatewayFolder } from './gateway-folder.ts';
import { type LedgerRow, ledgerRows } from './ledger-rows.ts';
import { waitFor } from './wait-for.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** A second, usually; on a machine that is busy with other things it takes many times that. */
const START_TIMEOUT_MS = 45_000;

export interface GatewayOptions {
  /** What to run; without it and without `dir`, one app and no backend. */
  readonly config?: GatewayConfig;
  /** A ready configuration directory; it is copied, and gets ports of the test's. */
  readonly dir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further flags for `sluice start`. */
  readonly args?: readonly string[];
  /** Another build than `dist/cli/main.js`. */
  readonly main?: string;
  /** Another node to run it with. */
  readonly node?: string;
}

export interface RunningGateway {
  readonly baseUrl: string;
  readonly adminUrl: string;
  readonly adminSocket: string;
  readonly adminToken: string;
  /** A key of the first app. */
  readonly key: string;
  readonly folder: GatewayFolder;
  /** Changes with `startAgain`. */
  readonly pid: number;
  readonly stdoutLines: readonly string[];
  readonly stderrLines: readonly string[];
  readonly hasEnded: boolean;
  /** The rows of the ledger, oldest first. */
  ledgerRows(): LedgerRow[];
  /** Writes the new configuration and asks for a reload; tells what the gateway answered. */
  reload(config: GatewayConfig): Promise<ReloadAnswer>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, bounded. Its files stay until the test process ends. */
  stop(withinMs?: number): Promise<Ended>;
  kill9(): Promise<Ended>;
  /** After `stop` or `kill9`: the same configuration, state and ports once more. */
  startAgain(): Promise<void>;
}

export interface ReloadAnswer {
  readonly status: number;
  readonly body: unknown;
}

export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const main = options.main ?? MAIN;
  if (!existsSync(main))
    throw new Error(`${main} is missing: run "npm run build" first ("npm test" does so by itself)`);
  const folder = await gatewayFolder(options.dir ?? options.config ?? {});
  let program = await startProgramIn(folder, options);
  return {
    baseUrl: `http://127.0.0.1:${folder.port}`,
    adminUrl: `http://127.0.0.1:${folder.adminPort}`,
    adminSocket: join(folder.configDir, 'sluice-admin.sock'),
    adminToken: folder.adminToken,
    key: folder.key,
    folder,
    get pid() {
      return program.pid;
    },
    get stdoutLines() {
      return program.stdoutLines;
    },
    get stderrLines() {
      return program.stderrLines;
    },
    get hasEnded() {
      return program.hasEnded;
    },
    ledgerRows: () => ledgerRows(folder.databaseFile),
    reload: (config) => reload(folder, config),
    signal: (signal) => program.signal(signal),
    stop: (withinMs) => program.stop(withinMs),
    kill9: () => program.kill9(),
    startAgain: async () => {
      program = await startProgramIn(folder, options);
    },
  };
}

async function startProgramIn(folder: GatewayFolder, options: GatewayOptions): Promise<ChildProgram> {
  const args = [options.main ?? MAIN, 'start', '--config', folder.configDir, ...(options.args ?? [])];
  const program = startProgram(options.node ?? process.execPath, args, {
    env: { ...folder.env, ...options.env },
    cwd: folder.root,
  });
  try {
    await waitFor('the gateway to listen', () => isAlive(folder, program), {
      timeoutMs: START_TIMEOUT_MS,
      everyMs: 25,
    });
  } catch (error) {
    await program.kill9();
    throw new Error(`the gateway did not start:\n${lastWords(program)}`, { cause: error });
  }
  if (program.hasEnded) throw new Error(`the gateway ended at once:\n${lastWords(program)}`);
  return program;
}

async function isAlive(folder: GatewayFolder, program: ChildProgram): Promise<boolean> {
  if (program.hasEnded) return true;
  const answer = await fetch(`http://127.0.0.1:${folder.port}/livez`, { signal: AbortSignal.timeout(1000) });
  await answer.arrayBuffer();
  return answer.ok;
}

async function reload(folder: GatewayFolder, config: GatewayConfig): Promise<ReloadAnswer> {
  folder.write(config);
  const answer = await fetch(`http://127.0.0.1:${folder.adminPort}/admin/reload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${folder.adminToken}` },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  return { status: answer.status, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function lastWords(program: ChildProgram): string {
  return [...program.stdoutLines.slice(-10), ...program.stderrLines.slice(-30)].join('\n');
}
