/** What both installers share: the folder outside the checkout, steps that are logged, and a word for what is missing. */
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export function folderOfRealServers(): string {
  const folder = process.env.SLUICE_TEST_REAL_DIR ?? join(homedir(), '.cache', 'sluice-test-real');
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface Step {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly withinMs: number;
}

/** One after the other, both streams into the log; rejects with a sentence that names the step and the log. */
export async function runSteps(what: string, log: string, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const spoken = [step.command, ...step.args].join(' ');
    appendFileSync(log, `$ ${spoken}\n`);
    const status = await run(step, log);
    if (status !== 0) throw new Error(`${what}: \`${spoken}\` ended with ${status}. Log: ${log}`);
  }
}

/** Before minutes are spent: these programs must be there. */
export function insistOnPrograms(what: string, packageOf: Readonly<Record<string, string>>): void {
  const missing = Object.keys(packageOf).filter((name) => !isOnPath(name));
  if (missing.length === 0) return;
  const told = missing.map((name) => `${name} (Debian: ${packageOf[name]})`);
  throw new Error(`${what} needs ${told.join(', ')} on the path.`);
}

function isOnPath(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}

function run({ command, args, env, withinMs }: Step, log: string): Promise<number | string> {
  const out = openSync(log, 'a');
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', out, out],
      env: { ...process.env, ...env },
      timeout: withinMs,
    });
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? `signal ${signal}`));
  }).finally(() => closeSync(out)) as Promise<number | string>;
}
