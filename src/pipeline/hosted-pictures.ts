import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../model/clock.ts';

export interface HostedPicture {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly expiresAtMs: number;
}

/** Where a hosted picture is found, below the address of the gateway. */
export const PICTURES_PATH = '/v1/images/files/';

/** As long as OpenAI's own links live. */
const LIFE_MS = 60 * 60 * 1000;
const PICTURES_MAX = 1_000;
const BYTES_MAX = 128 * 1024 * 1024;

/**
 * Pictures for clients that want a link, when their maker has none that may be shown: links of an image server lead
 * into the house and ask for no key. Kept in memory, bounded in number and size, the oldest forgotten first; a
 * link dies with its hour, or with the process. Whoever has the link has the picture, so it cannot be guessed, and its
 * end cannot be moved.
 */
export class HostedPictures {
  readonly #clock: Clock;
  readonly #secret = randomBytes(32);
  /** In the order of their expiry, which is that of their coming. */
  readonly #kept = new Map<string, HostedPicture>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#kept.size;
  }

  /** The path and query of its link; undefined for one that is too large to be kept. */
  keep(base64: string, mediaType: string): string | undefined {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length > BYTES_MAX) return undefined;
    const name = `${randomBytes(16).toString('hex')}.${extensionOf(mediaType)}`;
    const expiresAtMs = this.#clock.nowMs() + LIFE_MS;
    this.#kept.set(name, { mediaType, bytes, expiresAtMs });
    this.#bytes += bytes.length;
    this.#forget(() => this.#kept.size > PICTURES_MAX || this.#bytes > BYTES_MAX);
    const expires = String(Math.floor(expiresAtMs / 1000));
    return `${PICTURES_PATH}${name}?expires=${expires}&signature=${this.#sign(name, expires)}`;
  }

  /** Undefined: there is none, its hour is over, or the link is not one of ours. */
  find(name: string, expires: string, signature: string): HostedPicture | undefined {
    const wanted = Buffer.from(this.#sign(name, expires));
    const given = Buffer.from(signature);
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
    const picture = this.#kept.get(name);
    return picture === undefined || picture.expiresAtMs <= this.#clock.nowMs() ? undefined : picture;
  }

  /** The picture behind a whole link, if it is one of ours. */
  ofLink(link: string): HostedPicture | undefined {
    const url = URL.canParse(link) ? new URL(link) : undefined;
    if (url?.pathname.startsWith(PICTURES_PATH) !== true) return undefined;
    const { searchParams, pathname } = url;
    const name = pathname.slice(PICTURES_PATH.length);
    return this.find(name, searchParams.get('expires') ?? '', searchParams.get('signature') ?? '');
  }

  /** Gives the memory of what has expired back. */
  sweep(): void {
    const nowMs = this.#clock.nowMs();
    this.#forget(({ expiresAtMs }) => expiresAtMs <= nowMs);
  }

  #forget(mustGo: (oldest: HostedPicture) => boolean): void {
    for (const [name, picture] of this.#kept) {
      if (!mustGo(picture)) return;
      this.#kept.delete(name);
      this.#bytes -= picture.bytes.length;
    }
  }

  #sign(name: string, expires: string): string {
    return createHmac('sha256', this.#secret).update(`${name} ${expires}`).digest('hex');
  }
}

function extensionOf(mediaType: string): string {
  return mediaType.replace(/^image\//, '').replace(/[^a-z0-9].*$/, '') || 'bin';
}
