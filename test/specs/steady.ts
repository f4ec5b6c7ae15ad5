/**
 * Steady (`@stdy/cli`, MIT): a server made of an OpenAPI document, which refuses whatever the document does not allow.
 * Its program weighs a hundred megabytes, so it is installed once into the cache, outside the checkout.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildProgram, startProgram } from '../support/child-program.ts';
import { freePort } from '../support/free-ports.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';
import { CACHE, type Json } from './vendor-specs.ts';

const VERSION = '0.22.2';
const FOLDER = join(CACHE, `steady-${VERSION}`);

export interface Steady {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** A server of this document alone, on a free port. */
export async function startSteady(document: Json): Promise<Steady> {
  const file = join(tempFolder('sluice-steady-'), 'document.json');
  writeFileSync(file, JSON.stringify(document));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = startProgram(installedSteady(), [
    '--host',
    '127.0.0.1',
    '-p',
    String(port),
    '--no-color',
    file,
  ]);
  await waitFor('Steady to listen', () => isHealthy(url, program), { timeoutMs: 40_000, everyMs: 50 });
  return { url, stop: () => program.stop() };
}

async function isHealthy(url: string, program: ChildProgram): Promise<boolean> {
  if (program.hasEnded) {
    const words = [...program.stdoutLines, ...program.stderrLines].slice(-20);
    throw new Error(`Steady does not take this document:\n${words.join('\n')}`);
  }
  try {
    const answer = await fetch(`${url}/_x-steady/health`, { signal: AbortSignal.timeout(1000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** The program itself: the script beside it would leave it running when it is stopped. */
function installedSteady(): string {
  const program = join(
    FOLDER,
    'node_modules',
    '@stdy',
    `cli-${process.platform}-${process.arch}`,
    'bin',
    'steady',
  );
  if (!existsSync(program)) install();
  if (!existsSync(program))
    throw new Error(`@stdy/cli ${VERSION} has no program for this machine: ${program}`);
  return program;
}

function install(): void {
  mkdirSync(CACHE, { recursive: true });
  const scratch = mkdtempSync(join(CACHE, 'steady-'));
  writeFileSync(join(scratch, 'package.json'), '{"private":true}');
  const asked = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@stdy/cli@${VERSION}`];
  try {
    execFileSync('npm', asked, { cwd: scratch, stdio: 'pipe', timeout: 240_000 });
  } catch (error) {
    throw new Error(`these tests need @stdy/cli ${VERSION} from npm, which could not be installed`, {
      cause: error,
    });
  }
  // Another worker may have been quicker; its copy is as good.
  if (existsSync(FOLDER)) rmSync(scratch, { recursive: true, force: true });
  else renameSync(scratch, FOLDER);
}
