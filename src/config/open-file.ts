import { statSync } from 'node:fs';
import type { FoundSecret } from './check-shape.ts';
import type { ConfigSection } from './config-section.ts';
import { isHashedKey } from './key-hash.ts';

/** Shorter ones are the placeholders that local runtimes want: `none`, `ollama`. */
const SECRET_LENGTH_MIN = 12;

/** Warns of a file that holds plain secrets and may be read by every user of the machine. */
export function warnOfOpenFile(section: ConfigSection, secrets: readonly FoundSecret[]): void {
  const { file } = section.document;
  if (process.platform === 'win32' || !secrets.some((secret) => isPlain(section, secret))) return;
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || (stats.mode & 0o004) === 0) return;
  section.warn([], `holds secrets in plain text and may be read by every user of this machine; chmod 600 it`);
}

function isPlain(section: ConfigSection, { path, text }: FoundSecret): boolean {
  if (section.isWrittenResolved(path) || isHashedKey(text) || text.length < SECRET_LENGTH_MIN) return false;
  return !path.some((step) => step === 'headers' || step === 'extra_headers' || step === 'hash');
}
