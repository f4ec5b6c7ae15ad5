/** A real browser, from Debian's packages; installed when it is missing and we may, never skipped. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Quiet: nothing but the page under test is to be talked to. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function startBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) installChromium();
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

function installChromium(): void {
  if (process.getuid?.() !== 0) {
    throw new Error(`these tests need a browser at ${EXECUTABLE}: install Debian's package "chromium"`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-q'], { env, stdio: 'ignore', timeout: 120_000 });
  execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
    env,
    stdio: 'ignore',
    timeout: 400_000,
  });
}
