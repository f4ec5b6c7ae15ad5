import type { Frame } from '../../model/frame.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';
import { type FrameContent, readFrame } from '../openai-family/frame-content.ts';

/** What one frame of a stream of pictures says. */
export type Payload =
  | { readonly kind: 'event'; readonly type: string; readonly body: JsonObject }
  | { readonly kind: 'error'; readonly error: HeardError }
  | Exclude<FrameContent, { readonly kind: 'chunk' | 'error' }>;

/** The event's type stands in its JSON, or, with servers that spare it, only in the `event:` line. */
export function readPayload(frame: Frame): Payload {
  const content = readFrame(frame);
  if (content.kind !== 'chunk') return content;
  const type = stringMember(content.chunk, 'type') ?? frame.eventName() ?? '';
  return { kind: 'event', type, body: content.chunk };
}
