import type { Clock } from '../model/clock.ts';
import type { CallRecord } from './call-record.ts';
import { type ArchivableImage, type ArchivedImage, ImageArchive } from './image-archive.ts';
import { jsonText } from './json-text.ts';
import { LineFile } from './line-file.ts';
import type { Logger } from './logger.ts';
import {
  type TraceContent,
  type TraceEvent,
  type TraceWishes,
  traceEvent,
  withoutContent,
} from './trace-event.ts';

export type { TraceContent, TraceEvent, TraceWishes } from './trace-event.ts';

export interface TracesOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lines of one file that may wait, in characters. */
  readonly pendingCharsMax?: number | undefined;
}

/** A prompt with pictures in it is as large as a body may be; a few of them may wait. */
const pendingCharsMaxDefault = 128 * 1024 * 1024;

/**
 * The traces of all apps: one JSON line per call (rows 000-75 to 000-77). Apps that name the same file share
 * its one writer. Nothing here makes a request wait or fail; trouble is logged once a minute.
 */
export class Traces {
  readonly #options: TracesOptions;
  readonly #files = new Map<string, LineFile>();
  readonly #images: ImageArchive;

  constructor(options: TracesOptions) {
    this.#options = options;
    const { clock, logger } = options;
    const onTrouble = (error: Error, imagesDropped: number) =>
      logger.warn('a generated image could not be archived', { error, imagesDropped });
    this.#images = new ImageArchive({ clock, onTrouble });
  }

  /** Writes one call down. `isRedacted` is `logging.redact_prompts`: it beats every flag of the app. */
  write(wishes: TraceWishes, record: CallRecord, content: TraceContent, isRedacted: boolean): void {
    const images = wishes.imageDir === undefined ? [] : this.archive(wishes.imageDir, content.images ?? []);
    if (wishes.file === undefined) return;
    const shown = isRedacted ? withoutContent(wishes) : wishes;
    this.append(wishes.file, traceEvent(this.#options.clock.nowMs(), shown, record, content, images));
  }

  /** Appends one event to a file. */
  append(file: string, event: TraceEvent): void {
    this.#fileOf(file).write(`${jsonText(event)}\n`);
  }

  /** Names a file for each image at once, and saves them in the background. */
  archive(folder: string, images: readonly ArchivableImage[]): readonly ArchivedImage[] {
    return images.length === 0 ? [] : this.#images.save(folder, images);
  }

  /** For SIGHUP. */
  reopen(): void {
    for (const file of this.#files.values()) file.reopen();
  }

  async flush(): Promise<void> {
    await Promise.all([this.#images.flush(), ...[...this.#files.values()].map((file) => file.flush())]);
  }

  flushSync(): void {
    for (const file of this.#files.values()) file.flushSync();
  }

  async close(): Promise<void> {
    await Promise.all([this.#images.flush(), ...[...this.#files.values()].map((file) => file.close())]);
    this.#files.clear();
  }

  /** Lines and images that could not be kept. */
  get dropped(): number {
    const lines = [...this.#files.values()].reduce((sum, file) => sum + file.linesDropped, 0);
    return lines + this.#images.imagesDropped;
  }

  #fileOf(path: string): LineFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const { clock, logger, pendingCharsMax = pendingCharsMaxDefault } = this.#options;
    const onTrouble = (error: Error, linesDropped: number) =>
      logger.warn('a trace file cannot be written; its lines are dropped', {
        file: path,
        error,
        linesDropped,
      });
    const file = new LineFile({ path, clock, fallback: 'drop', onTrouble, pendingCharsMax });
    this.#files.set(path, file);
    return file;
  }
}
