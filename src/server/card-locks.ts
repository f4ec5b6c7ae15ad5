import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileLock, type LockManner, writeSharedFile } from '../storage/file-lock.ts';
import type { Log } from '../telemetry/logger.ts';
import type { Backend } from '../upstream/backend.ts';
import { hostName } from './host-guard.ts';
import { isNearHost } from './near-host.ts';
import { isLoopback } from './peer-address.ts';

/** Whose locks these are, said to whoever finds them taken. */
export interface LockHolder {
  readonly pid: number;
  readonly configDirectory: string;
}

/** Another process has the card of a group; the message names both, and the remedy. */
export class CardInUse extends Error {}

interface HeldLock {
  readonly lock: FileLock;
  backends: readonly string[];
  /** No longer in the configuration; perhaps still used by a call that began before. */
  isLeaving: boolean;
}

/**
 * Keeps two daemons off one card: a lock for each server in a sequence group, found by all users of this machine.
 * Servers out on the internet have no card of ours and get none. Where locks cannot be had at all, that is said, and
 * the daemon does without: they are a net for mistakes, and must not keep anybody from starting.
 */
export class CardLocks {
  readonly #directory: string;
  readonly #holder: LockHolder;
  readonly #log: Pick<Log, 'warn'>;
  readonly #held = new Map<string, HeldLock>();

  constructor(directory: string, holder: LockHolder, log: Pick<Log, 'warn'>) {
    this.#directory = directory;
    this.#holder = holder;
    this.#log = log;
  }

  /**
   * Takes what these backends need and is not held yet. Throws `CardInUse`, and then holds what it held before.
   * @param manner `together` where replicas take turns by other means.
   */
  keep(backends: Iterable<Backend>, manner: LockManner): void {
    const wanted = serversInGroups(backends);
    const taken: string[] = [];
    try {
      for (const [server, names] of wanted)
        if (!this.#held.has(server)) this.#take(server, names, manner, taken);
    } catch (thrown) {
      for (const server of taken) this.#letGo(server);
      throw thrown;
    }
    for (const [server, held] of this.#held) {
      const names = wanted.get(server);
      held.isLeaving = names === undefined;
      held.backends = names?.map(({ name }) => name) ?? held.backends;
    }
  }

  /** Lets go of servers that a reload took out, once none of their backends works any more. To be called now and then. */
  sweep(isWorking: (backend: string) => boolean): void {
    for (const [server, { isLeaving, backends }] of this.#held) {
      if (isLeaving && !backends.some(isWorking)) this.#letGo(server);
    }
  }

  releaseAll(): void {
    for (const server of [...this.#held.keys()]) this.#letGo(server);
  }

  #take(server: string, backends: readonly Backend[], manner: LockManner, taken: string[]): void {
    const path = join(this.#directory, `${server.replaceAll(/[^A-Za-z0-9.-]/g, '_')}.lock`);
    const lock = this.#tryLock(path, manner);
    if (lock === 'in use') throw inUse(backends, readHolder(path));
    if (lock === undefined) return;
    leaveNote(path, this.#holder);
    this.#held.set(server, { lock, backends: backends.map(({ name }) => name), isLeaving: false });
    taken.push(server);
  }

  #tryLock(path: string, manner: LockManner): FileLock | 'in use' | undefined {
    try {
      writeSharedFile(path, '');
      return FileLock.take(path, manner) ?? 'in use';
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.#log.warn('nothing keeps another Sluice off this card: its lock cannot be made', { path, why });
      return undefined;
    }
  }

  #letGo(server: string): void {
    this.#held.get(server)?.lock.release();
    this.#held.delete(server);
  }
}

/** By host and port, for names of one machine count as one. */
function serversInGroups(backends: Iterable<Backend>): Map<string, Backend[]> {
  const servers = new Map<string, Backend[]>();
  for (const backend of backends) {
    if (backend.origin === undefined || backend.config.sequenceGroup === undefined) continue;
    const { hostname, port, protocol } = new URL(backend.origin);
    const host = hostName(hostname);
    if (!isNearHost(host)) continue;
    const machine = isLoopback(host) ? 'localhost' : host;
    const server = `${machine}-${port || (protocol === 'https:' ? 443 : 80)}`;
    servers.set(server, [...(servers.get(server) ?? []), backend]);
  }
  return servers;
}

function inUse([first]: readonly Backend[], holder: LockHolder | undefined): CardInUse {
  const { name, origin, config } = first as Backend;
  const who =
    holder === undefined
      ? 'Another Sluice'
      : `Another Sluice (PID ${holder.pid}, configuration ${holder.configDirectory})`;
  return new CardInUse(
    `${who} already keeps the turns at ${origin}, the server of backend "${name}" in sequence group "${config.sequenceGroup}". ` +
      'Two referees for one card would run jobs side by side: stop that one, let its clients use this one, give both the ' +
      'same redis.url, or take the backend out of its sequence_group.',
  );
}

const noteOf = (path: string) => `${path}.holder`;

/** Only for the sentence of whoever comes second. */
function leaveNote(path: string, holder: LockHolder): void {
  try {
    writeSharedFile(noteOf(path), JSON.stringify(holder));
  } catch {
    // Then the sentence names nobody.
  }
}

function readHolder(path: string): LockHolder | undefined {
  try {
    const { pid, configDirectory } = JSON.parse(readFileSync(noteOf(path), 'utf8')) as Partial<LockHolder>;
    return typeof pid === 'number' && typeof configDirectory === 'string'
      ? { pid, configDirectory }
      : undefined;
  } catch {
    return undefined;
  }
}
