/**
 * A real model server, outside the checkout: llama-cpp-python from PyPI in a virtual environment of its own. The first
 * time it is compiled (cmake and a C++ compiler are needed, three to ten minutes on two cores); after that it is there.
 */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tinyLlama } from '../../tools/tiny-gguf/tiny-llama.ts';
import { folderOfRealServers, insistOnPrograms, runSteps } from './installing.ts';

const PACKAGE = 'llama-cpp-python[server]==0.3.36';
const PROGRAMS = { python3: 'python3-venv', cmake: 'cmake', 'c++': 'g++' };
/** Built for any x86-64 or ARM machine alike, and without the parts for pictures, which take half the time. */
const CMAKE_ARGS = '-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF';
const INSTALL_TIMEOUT_MS = 30 * 60_000;

const ask = promisify(execFile);

export interface ModelServerFiles {
  readonly python: string;
  readonly model: string;
}

export async function installModelServer(
  say: (line: string) => void = console.log,
): Promise<ModelServerFiles> {
  const folder = folderOfRealServers();
  const python = join(folder, 'venv', 'bin', 'python');
  const model = join(folder, 'tiny.gguf');
  writeFileSync(model, tinyLlama());
  if (await isInstalled(python)) return { python, model };
  insistOnPrograms(`${PACKAGE}, which is compiled,`, PROGRAMS);
  const log = join(folder, 'install.log');
  say(`installing ${PACKAGE} into ${folder}; it is compiled, which takes some minutes; log: ${log}`);
  await install(folder, python, log);
  return { python, model };
}

async function isInstalled(python: string): Promise<boolean> {
  if (!existsSync(python)) return false;
  return ask(python, ['-c', 'import llama_cpp, uvicorn, fastapi, starlette_context'], {
    timeout: 60_000,
  }).then(
    () => true,
    () => false,
  );
}

async function install(folder: string, python: string, log: string): Promise<void> {
  writeFileSync(log, '');
  await runSteps(`${PACKAGE} could not be installed`, log, [
    { command: 'python3', args: ['-m', 'venv', join(folder, 'venv')], withinMs: 120_000 },
    {
      command: python,
      args: ['-m', 'pip', 'install', '--no-input', PACKAGE],
      env: { CMAKE_ARGS, CMAKE_BUILD_PARALLEL_LEVEL: '2' },
      withinMs: INSTALL_TIMEOUT_MS,
    },
  ]);
}
