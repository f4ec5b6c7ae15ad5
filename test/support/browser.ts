/** A real browser, from Debian's packages; installed when it is missing and we may, never skipped. */
import { type Browser, chromium } from 'playwright-core';
import { needProgram } from './debian-package.ts';

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
  return chromium.launch({ executablePath: needProgram(EXECUTABLE, 'chromium'), args: FLAGS });
}
