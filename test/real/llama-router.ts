/** llama.cpp's router over tiny models of our own, one file each; outside memory it keeps nothing, and calls nobody. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TinyLlamaOptions, tinyLlama } from '../../tools/tiny-gguf/tiny-llama.ts';
import { startProgram } from '../support/child-program.ts';
import { freePort } from '../support/free-ports.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

export interface LlamaRouter {
  readonly url: string;
  readonly pid: number;
  /** What it and the processes of its models wrote, in one order. */
  readonly lines: readonly string[];
  stop(): Promise<unknown>;
  kill9(): Promise<unknown>;
}

export interface RouterOptions {
  /** `--models-max`: from this many on it throws one out by itself. */
  readonly modelsMax?: number;
  readonly args?: readonly string[];
  /** Two seconds for every load and every request, by the clock and not by work: the router's own device for tests. */
  readonly isSlow?: boolean;
  /** Absent: any that is free. */
  readonly port?: number;
}

/** A folder with a file for each model, called by its name. */
export function folderOfModels(models: Readonly<Record<string, TinyLlamaOptions | Buffer>>): string {
  const folder = tempFolder('sluice-gguf-');
  for (const [name, model] of Object.entries(models)) {
    const bytes = Buffer.isBuffer(model) ? model : tinyLlama({ name, ...model });
    writeFileSync(join(folder, `${name}.gguf`), bytes);
  }
  return folder;
}

export async function startLlamaRouter(
  server: string,
  models: string,
  { modelsMax = 4, args = [], ...options }: RouterOptions = {},
): Promise<LlamaRouter> {
  const home = tempFolder('sluice-router-');
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  // Answers that can be compared: one slot, one thread, nothing kept from prompt to prompt.
  const steady = ['--parallel', '1', '--threads', '1', '--ctx-size', '2048', '--no-cache-prompt'];
  // What models write goes to the one stream, what the router does to the other: only in one have they an order.
  const program = startProgram(
    '/bin/sh',
    [
      ...['-c', 'exec "$0" "$@" 2>&1', server],
      ...['--host', '127.0.0.1', '--port', `${port}`, '--offline', '--log-colors', 'off'],
      ...['--models-dir', models, '--models-max', `${modelsMax}`],
      ...steady,
      ...args,
    ],
    { env: environment(home, options.isSlow), cwd: home },
  );
  const lines = program.stdoutLines;
  try {
    await waitFor('the router', () => program.hasEnded || isUp(url), { timeoutMs: 20_000, everyMs: 50 });
    if (program.hasEnded) throw new Error('it ended by itself');
  } catch (error) {
    await program.kill9();
    throw new Error(`the router did not start:\n${lines.slice(-20).join('\n')}`, { cause: error });
  }
  return { url, pid: program.pid, lines, stop: () => program.stop(15_000), kill9: () => program.kill9() };
}

/** Whatever it would find in a home of yours stays out of its list. */
function environment(home: string, isSlow = false): Record<string, string | undefined> {
  const ordinary = { PATH: process.env.PATH, HOME: home, LLAMA_CACHE: home, HF_HOME: home };
  return isSlow ? { ...ordinary, LLAMA_SERVER_DEBUG_FAKE_TIMING: '1' } : ordinary;
}

async function isUp(url: string): Promise<boolean> {
  return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) })).ok;
}
