import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAfterUs } from './janitor.ts';

/** A folder that goes when the test process does. Its path is short: a unix socket's may not pass 107 bytes. */
export function tempFolder(prefix = 'sluice-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  removeAfterUs(folder);
  return folder;
}

/** Now rather than later. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
