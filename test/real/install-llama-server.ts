/**
 * llama.cpp's own `llama-server`, outside the checkout. The source package of llama-cpp-python on PyPI brings the whole
 * tree along; the first time it is compiled (ten to thirty minutes on two cores), after that it is there.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { folderOfRealServers, insistOnPrograms, runSteps, type Step } from './installing.ts';

const VERSION = '0.3.36';
const PROGRAMS = {
  python3: 'python3-venv',
  tar: 'tar',
  cmake: 'cmake',
  make: 'make',
  'c++': 'g++',
};
/** For any machine alike, one file, nothing that calls out or is not needed; tiny models need no optimiser. */
const CMAKE_OPTIONS = [
  '-DCMAKE_BUILD_TYPE=Release',
  '-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG',
  '-DBUILD_SHARED_LIBS=OFF',
  '-DGGML_NATIVE=OFF',
  '-DLLAMA_OPENSSL=OFF',
  '-DLLAMA_BUILD_TESTS=OFF',
  '-DLLAMA_BUILD_EXAMPLES=OFF',
  '-DLLAMA_BUILD_SERVER=ON',
  '-DLLAMA_BUILD_UI=OFF',
  '-DLLAMA_USE_PREBUILT_UI=OFF',
];
const MINUTE_MS = 60_000;

const ask = promisify(execFile);

/** Resolves with the path of the program. */
export async function installLlamaServer(say: (line: string) => void = console.log): Promise<string> {
  const folder = folderOfRealServers();
  const server = join(folder, `llama-server-${VERSION}`);
  if (await starts(server)) return server;
  insistOnPrograms('llama-server, which is compiled,', PROGRAMS);
  const log = join(folder, 'install-llama-server.log');
  say(`compiling llama-server into ${folder}, which takes ten to thirty minutes; log: ${log}`);
  await build(folder, server, log);
  return server;
}

function starts(server: string): Promise<boolean> {
  return ask(server, ['--version'], { timeout: MINUTE_MS }).then(
    () => true,
    () => false,
  );
}

async function build(folder: string, server: string, log: string): Promise<void> {
  const work = join(folder, 'llama-server-build');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  writeFileSync(log, '');
  await runSteps('llama-server could not be compiled', log, stepsIn(work));
  // Whole or not at all: a copy that is broken off must not be taken for the program.
  copyFileSync(join(work, 'build', 'bin', 'llama-server'), `${server}.part`);
  renameSync(`${server}.part`, server);
  rmSync(work, { recursive: true, force: true });
}

function stepsIn(work: string): Step[] {
  const venv = join(work, 'venv');
  const wanted = `llama-cpp-python==${VERSION}`;
  const tree = join(`llama_cpp_python-${VERSION}`, 'vendor', 'llama.cpp');
  const pip = [
    '-m',
    'pip',
    'download',
    '--no-input',
    '--no-deps',
    '--no-binary',
    ':all:',
    '-d',
    work,
    wanted,
  ];
  const step = (command: string, args: string[], minutes: number): Step => ({
    command,
    args,
    withinMs: minutes * MINUTE_MS,
  });
  return [
    step('python3', ['-m', 'venv', venv], 2),
    step(join(venv, 'bin', 'python'), pip, 10),
    step('tar', ['-xzf', join(work, `llama_cpp_python-${VERSION}.tar.gz`), '-C', work, tree], 2),
    step('cmake', ['-S', join(work, tree), '-B', join(work, 'build'), ...CMAKE_OPTIONS], 5),
    step('nice', ['cmake', '--build', join(work, 'build'), '--target', 'llama-server', '-j', '2'], 60),
  ];
}
