import { type Command, InvalidArgumentError, Option } from 'commander';

import { readDurationS } from './duration.ts';

/** Flags that several commands share, and how their values are read. */

export function withTimeout(
  command: Command,
  what = 'how long to wait for the daemon',
  defaultS = 5,
): Command {
  const option = new Option('--timeout <seconds>', what).default(defaultS).argParser(readTimeout);
  return command.addOption(option);
}

/** Row 000-87: an address, or a socket, never both. */
export function withAddress(command: Command): Command {
  return withTimeout(command)
    .addOption(new Option('--admin-url <url>', 'ask there instead of the control socket').argParser(readUrl))
    .addOption(new Option('--unix-socket <path>', 'ask through this socket').conflicts('adminUrl'));
}

export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}

export function readLevel(text: string): string {
  if (/^(debug|info|warn|warning|error|critical)$/i.test(text)) return text;
  throw new InvalidArgumentError('Known levels: debug, info, warn, error.');
}

export function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count > 0 && count <= 1024) return count;
  throw new InvalidArgumentError('Give a whole number from 1 to 1024.');
}

export function readExpiry(text: string): number {
  const seconds = readDurationS(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new InvalidArgumentError('Give a duration: 30d, 12h, 90m.');
}

/** May be given several times, and each time with commas. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',').filter((word) => word !== '')];
}

function readTimeout(text: string): number {
  const seconds = readDurationS(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new InvalidArgumentError('Give seconds, more than 0.');
}

function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Give an http:// or https:// address.');
}
