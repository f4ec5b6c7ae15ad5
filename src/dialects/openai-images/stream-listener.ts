import type { Frame } from '../../model/frame.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { Usage } from '../../model/usage.ts';
import type { HeardError, StreamListener } from '../dialect.ts';
import { readPayload } from './payload.ts';
import { usageIn } from './usage-search.ts';
import { writeErrorFrame } from './write-frame.ts';

/**
 * Listens to one stream of pictures that passes through. Frames are large and few, so they are searched and
 * never parsed, but for errors and the end marker.
 */
export class ImagesListener implements StreamListener {
  isComplete = false;
  usage: Usage | undefined;
  error: HeardError | undefined;

  hear(frame: Frame): ReturnType<StreamListener['hear']> {
    const raw = frame.raw;
    if (completed.some((name) => raw.includes(name))) return this.#completed(raw);
    if (raw.includes(imageData)) return 'content';
    return this.#parse(frame);
  }

  missingEnd(): string {
    return '';
  }

  errorFrames(error: GatewayError): string {
    return writeErrorFrame(error);
  }

  #completed(raw: Buffer): 'end' {
    this.isComplete = true;
    this.usage = usageIn(raw) ?? this.usage;
    return 'end';
  }

  #parse(frame: Frame): ReturnType<StreamListener['hear']> {
    const payload = readPayload(frame);
    if (payload.kind === 'nothing') return 'comment';
    if (payload.kind === 'done') return 'end';
    if (payload.kind === 'event') return 'content';
    this.error ??= payload.error;
    return 'error';
  }
}

/** Base64 has no full stop, so the picture itself can never look like the name of an event. */
const completed = ['image_generation.completed', 'image_edit.completed'].map((name) => Buffer.from(name));
const imageData = Buffer.from('"b64_json"');
