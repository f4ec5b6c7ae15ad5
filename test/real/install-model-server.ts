/**
 * A real model server, outside the checkout: llama-cpp-python from PyPI in a virtual environment of its own. The first
 * time it is compiled (cmake and a C++ compiler are needed, three to ten minutes on two cores); after that it is there.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tinyLlama } from '../../tools/tiny-gguf/tiny-llama.ts';

const PACKAGE = 'llama-cpp-python[server]==0.3.36';
/** Built for any x86-64 or ARM machine alike, and without the parts for pictures, which take half the time. */
const CMAKE_ARGS = '-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF';
const INSTALL_TIMEOUT_MS = 30 * 60_000;

const run = promisify(execFile);

export interface ModelServerFiles {
  readonly python: string;
  readonly model: string;
}

export async function installModelServer(
  say: (line: string) => void = console.log,
): Promise<ModelServerFiles> {
  const folder = process.env.SLUICE_TEST_REAL_DIR ?? join(homedir(), '.cache', 'sluice-test-real');
  const python = join(folder, 'venv', 'bin', 'python');
  const model = join(folder, 'tiny.gguf');
  mkdirSync(folder, { recursive: true });
  writeFileSync(model, tinyLlama());
  if (await isInstalled(python)) return { python, model };
  say(`installing ${PACKAGE} into ${folder}; it is compiled, which takes some minutes …`);
  await install(folder, python);
  return { python, model };
}

async function isInstalled(python: string): Promise<boolean> {
  if (!existsSync(python)) return false;
  return run(python, ['-c', 'import llama_cpp, uvicorn, fastapi, starlette_context'], {
    timeout: 60_000,
  }).then(
    () => true,
    () => false,
  );
}

async function install(folder: string, python: string): Promise<void> {
  const log = join(folder, 'install.log');
  try {
    await run('python3', ['-m', 'venv', join(folder, 'venv')], { timeout: 120_000 });
    const { stdout } = await run(python, ['-m', 'pip', 'install', '--no-input', PACKAGE], {
      timeout: INSTALL_TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, CMAKE_ARGS, CMAKE_BUILD_PARALLEL_LEVEL: '2' },
    });
    writeFileSync(log, stdout);
  } catch (error) {
    writeFileSync(log, describe(error));
    throw new Error(
      `${PACKAGE} could not be installed; python3-venv, cmake and g++ are needed. Log: ${log}`,
      { cause: error },
    );
  }
}

function describe(error: unknown): string {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
  return `${stdout}\n${stderr}\n${error}`;
}
