import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../model/clock.ts';
import { Losses, type OnTrouble } from './losses.ts';
import { asError } from './write-fully.ts';

/** A generated image as a backend gave it: its bytes in base64, or an address. */
export type ArchivableImage = { readonly base64: string } | { readonly url: string };

/** As a trace line lists it. */
export interface ArchivedImage {
  readonly path: string;
  readonly source: 'b64' | 'url';
}

export interface ImageArchiveOptions {
  readonly clock: Clock;
  /** Called about images that could not be saved, at most once a minute. */
  readonly onTrouble: OnTrouble;
  /** Characters that may wait to be written, in all folders; what comes on top is dropped and counted. */
  readonly pendingCharsMax?: number | undefined;
}

const pendingCharsMaxDefault = 256 * 1024 * 1024;

/**
 * Keeps every generated image of an app in a folder of its own choosing. Names are made here, never taken
 * from anybody (a name is a path). An address is written down and never fetched: it is a stranger's.
 */
export class ImageArchive {
  readonly #options: ImageArchiveOptions;
  readonly #losses: Losses;
  #pendingChars = 0;
  /** One after another: a burst of pictures must not open a thousand files. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: ImageArchiveOptions) {
    this.#options = options;
    this.#losses = new Losses(options.clock, options.onTrouble);
  }

  get imagesDropped(): number {
    return this.#losses.count;
  }

  /** Names the files at once and writes them in the background. What is dropped is not listed. */
  save(folder: string, images: readonly ArchivableImage[]): ArchivedImage[] {
    const epochS = Math.floor(this.#options.clock.nowMs() / 1000);
    return images.flatMap((image, index) => {
      const content = 'url' in image ? image.url : image.base64;
      if (!this.#hasRoomFor(content)) return [];
      const name = `${epochS}_${randomBytes(4).toString('hex')}_${index}.${extensionOf(image)}`;
      const path = join(folder, name);
      this.#enqueue(folder, path, image, content.length);
      return [{ path, source: 'url' in image ? 'url' : 'b64' } as const];
    });
  }

  /** Comes back when everything saved so far is on the disk, or given up. */
  flush(): Promise<void> {
    return this.#last;
  }

  #hasRoomFor(content: string): boolean {
    const max = this.#options.pendingCharsMax ?? pendingCharsMaxDefault;
    if (this.#pendingChars + content.length <= max) return true;
    this.#losses.add(1, new Error('more images wait to be saved than may wait'));
    return false;
  }

  #enqueue(folder: string, path: string, image: ArchivableImage, size: number): void {
    this.#pendingChars += size;
    this.#last = this.#last.then(async () => {
      await this.#write(folder, path, image);
      this.#pendingChars -= size;
    });
  }

  async #write(folder: string, path: string, image: ArchivableImage): Promise<void> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const bytes = 'url' in image ? image.url : Buffer.from(withoutPrefix(image.base64), 'base64');
      // `wx`: never through a link, never over a file that is there.
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      this.#losses.add(1, asError(error));
    }
  }
}

function extensionOf(image: ArchivableImage): string {
  if ('url' in image) return 'url.txt';
  return kindOf(Buffer.from(withoutPrefix(image.base64.slice(0, 128)).slice(0, 24), 'base64'));
}

/** `data:image/png;base64,` before the bytes, as some backends send it. */
function withoutPrefix(base64: string): string {
  return base64.startsWith('data:') ? base64.slice(base64.indexOf(',') + 1) : base64;
}

/** The format, by the first bytes. */
export function kindOf(head: Buffer): 'png' | 'jpg' | 'webp' | 'bmp' | 'gif' | 'bin' {
  const starts = (hex: string) => head.subarray(0, hex.length / 2).toString('hex') === hex;
  if (starts('89504e470d0a1a0a')) return 'png';
  if (starts('ffd8ff')) return 'jpg';
  if (starts('52494646') && head.subarray(8, 12).toString('latin1') === 'WEBP') return 'webp';
  if (starts('474946383761') || starts('474946383961')) return 'gif';
  if (starts('424d')) return 'bmp';
  return 'bin';
}
