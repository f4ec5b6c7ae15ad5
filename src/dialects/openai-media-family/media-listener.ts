import type { Frame } from '../../model/frame.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { Usage } from '../../model/usage.ts';
import type { HeardError, StreamListener } from '../dialect.ts';
import { readPayload } from './payload.ts';
import { usageIn } from './usage-search.ts';
import { writeErrorFrame } from './write-frame.ts';

/** How the streams of one kind of medium are told apart from one another. */
export interface MediaManner {
  /** The event that says that all is there. */
  readonly ending: string;
  /** The member that holds the medium, in every event but the last; where a medium is text, `undefined`. */
  readonly bulk: string | undefined;
  /** Servers that have no such event of their own end with `[DONE]`, as chat does. */
  readonly endsAtDone: boolean;
}

/**
 * Listens to one stream of pictures, speech or text from speech that passes through. Where frames are large and few
 * they are searched and never parsed, but for errors and the end marker.
 */
export class MediaListener implements StreamListener {
  isComplete = false;
  usage: Usage | undefined;
  error: HeardError | undefined;
  readonly #manner: MediaManner;
  readonly #ending: Buffer;
  readonly #bulk: Buffer | undefined;

  constructor(manner: MediaManner) {
    this.#manner = manner;
    this.#ending = Buffer.from(manner.ending);
    this.#bulk = manner.bulk === undefined ? undefined : Buffer.from(`"${manner.bulk}"`);
  }

  hear(frame: Frame): ReturnType<StreamListener['hear']> {
    if (this.#bulk === undefined) return this.#parse(frame);
    // Base64 has no full stop, so the medium itself can never look like the name of an event.
    if (frame.raw.includes(this.#ending)) return this.#completed(usageIn(frame.raw));
    return frame.raw.includes(this.#bulk) ? 'content' : this.#parse(frame);
  }

  missingEnd(): string {
    return '';
  }

  errorFrames(error: GatewayError): string {
    return writeErrorFrame(error);
  }

  #completed(usage: Usage | undefined): 'end' {
    this.isComplete = true;
    this.usage = usage ?? this.usage;
    return 'end';
  }

  #parse(frame: Frame): ReturnType<StreamListener['hear']> {
    const payload = readPayload(frame);
    if (payload.kind === 'nothing') return 'comment';
    if (payload.kind === 'done') return this.#done();
    if (payload.kind === 'event') return this.#event(payload.type, frame);
    this.error ??= payload.error;
    return 'error';
  }

  #event(type: string, frame: Frame): 'content' | 'end' {
    if (type === this.#manner.ending) return this.#completed(usageIn(frame.raw));
    this.usage = usageIn(frame.raw) ?? this.usage;
    return 'content';
  }

  #done(): 'end' {
    if (this.#manner.endsAtDone) this.isComplete = true;
    return 'end';
  }
}
