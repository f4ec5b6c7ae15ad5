import { accessSync, constants, statSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import { errorCode } from './read-document.ts';
import { showValue } from './show-value.ts';

/** Checks of single values that no schema can express. */

/** Every entry must be a network such as 10.0.0.0/8, an address, or one of `words`. */
export function checkNetworks(
  section: ConfigSection,
  path: KeyPath,
  networks: readonly string[] | undefined,
  words: readonly string[],
): void {
  networks?.forEach((network, at) => {
    if (words.includes(network) || isNetwork(network)) return;
    const shown = section.isResolved([...path, at]) ? 'this' : showValue(network);
    section.error([...path, at], `${shown} is no network; write for example 10.0.0.0/8 or fd00::/8`);
  });
}

export function isNetwork(text: string): boolean {
  const [, address, bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address ?? '');
  if (family === 0) return false;
  return bits === undefined || Number(bits) <= (family === 4 ? 32 : 128);
}

/** A file that another part of the house will open; better to learn now that it cannot. */
export function checkReadable(section: ConfigSection, path: KeyPath, file: string): void {
  try {
    accessSync(file, constants.R_OK);
    if (!statSync(file).isFile()) section.error(path, `names ${file}, which is not a file; name one`);
  } catch (error) {
    section.error(
      path,
      `names ${file}, which cannot be read (${errorCode(error)}); create it or let Sluice read it`,
    );
  }
}

/** Is this the name of a time zone in the IANA database? (The default is not looked up: that loads 10 ms of ICU.) */
export function isTimezone(name: string): boolean {
  if (name === 'UTC') return true;
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Can only this machine reach the address? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
