/** The real server with two models, `tiny` that talks and `tiny-embed`; it holds one at a time, like a small GPU. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from '../support/child-program.ts';
import { freePort } from '../support/free-ports.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';
import type { ModelServerFiles } from './install-model-server.ts';

export interface ModelServer {
  readonly url: string;
  /** What it logs on both streams; the access log is on stdout. */
  logLines(): string[];
  stop(): Promise<unknown>;
}

export async function startModelServer({ python, model }: ModelServerFiles): Promise<ModelServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = join(tempFolder('sluice-real-'), 'server.json');
  const common = { model, n_ctx: 512, n_threads: 1, verbose: false };
  const models = [
    { ...common, model_alias: 'tiny' },
    { ...common, model_alias: 'tiny-embed', embedding: true },
  ];
  writeFileSync(file, JSON.stringify({ host: '127.0.0.1', port, models }));
  const program = startProgram(python, ['-m', 'llama_cpp.server', '--config_file', file]);
  try {
    await waitFor('the model server', () => program.hasEnded || isUp(url), {
      timeoutMs: 60_000,
      everyMs: 100,
    });
    if (program.hasEnded) throw new Error('it ended by itself');
  } catch (error) {
    await program.kill9();
    throw new Error(`the model server did not start:\n${program.stderrLines.slice(-20).join('\n')}`, {
      cause: error,
    });
  }
  return {
    url,
    logLines: () => [...program.stdoutLines, ...program.stderrLines],
    stop: () => program.stop(5000),
  };
}

async function isUp(url: string): Promise<boolean> {
  return (await fetch(`${url}/v1/models`, { signal: AbortSignal.timeout(2000) })).ok;
}
