import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CancelTimer, type Clock, systemClock } from '../model/clock.ts';

/** An editor writes a file in several steps, and one save may touch three files. */
const DEBOUNCE_MS = 300;

export interface WatchOptions {
  /** The files of `LoadedConfig.files`. */
  readonly files: readonly string[];
  /** The configuration directory: a file that appears there (`daemon.yaml`) counts too. */
  readonly directory: string;
  readonly debounceMs?: number;
  readonly clock?: Clock;
  readonly onChange: () => void;
  /** A directory that cannot be watched (any more). */
  readonly onFailure?: (error: Error) => void;
}

/**
 * Calls back when the content of the configuration has changed. It watches directories, not files: editors and
 * Kubernetes replace files (a rename, or the `..data` link), and a watch on the old one would never wake again.
 * Content is compared by hash, so that a mere `touch` changes nothing. The answer stops watching.
 */
export function watchConfig(options: WatchOptions): () => void {
  const watcher = new ConfigWatcher(options);
  return () => watcher.stop();
}

class ConfigWatcher {
  readonly #options: WatchOptions;
  readonly #watchers: FSWatcher[] = [];
  #cancelTimer: CancelTimer = () => undefined;
  #fingerprint: string;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#fingerprint = fingerprint(this.#candidates());
    const directories = new Set([options.directory, ...options.files.map((file) => dirname(file))]);
    for (const directory of directories) this.#watch(directory);
  }

  stop(): void {
    this.#cancelTimer();
    for (const watcher of this.#watchers) watcher.close();
  }

  #watch(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.#stir());
      watcher.on('error', (error) => this.#options.onFailure?.(error));
      this.#watchers.push(watcher);
    } catch (error) {
      this.#options.onFailure?.(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Each event starts the pause anew. */
  #stir(): void {
    this.#cancelTimer();
    const { clock = systemClock, debounceMs = DEBOUNCE_MS } = this.#options;
    this.#cancelTimer = clock.after(debounceMs, () => this.#compare());
  }

  #compare(): void {
    const now = fingerprint(this.#candidates());
    if (now === this.#fingerprint) return;
    this.#fingerprint = now;
    this.#options.onChange();
  }

  /** Whatever could hold a section; but a single file holds them all. */
  #candidates(): string[] {
    const { files, directory } = this.#options;
    const sections = sectionNames.map((name) => join(directory, name));
    const isSingle = files.length === 1 && !files.some((file) => sections.includes(file));
    return isSingle ? [...files] : [...new Set([...files, ...sections])].sort();
  }
}

const sectionNames = ['daemon', 'apps', 'backends'].flatMap((name) => [
  `${name}.json`,
  `${name}.yaml`,
  `${name}.yml`,
]);

function fingerprint(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(contentOf(file)).update('\0');
  return hash.digest('hex');
}

/** A file that is not there, or not for a moment, has a content of its own. */
function contentOf(file: string): Buffer | string {
  try {
    return readFileSync(file);
  } catch {
    return 'absent';
  }
}
