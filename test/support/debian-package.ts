/** A real program out of Debian's packages; installed when it is missing and we may, never skipped. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Throws a sentence that names the package when it cannot be installed here. */
export function needProgram(path: string, debianPackage: string): string {
  if (existsSync(path)) return path;
  if (process.getuid?.() !== 0) {
    throw new Error(`these tests need ${path}: install Debian's package "${debianPackage}"`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-q'], { env, stdio: 'ignore', timeout: 120_000 });
  execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', debianPackage], {
    env,
    stdio: 'ignore',
    timeout: 400_000,
  });
  return path;
}
