import { GatewayError } from '../model/gateway-error.ts';
import { type SseFrame, SseFrameTooLargeError, type SseSplitter } from '../model/sse.ts';

/** The frames a piece of an answer completes. An event beyond all bounds is `upstream_bad_response`, thrown. */
export function splitFrames(splitter: SseSplitter, piece: Buffer): SseFrame[] {
  try {
    return splitter.push(piece);
  } catch (thrown) {
    if (!(thrown instanceof SseFrameTooLargeError)) throw thrown;
    throw new GatewayError('upstream_bad_response', `The backend's stream was cut off: ${thrown.message}.`);
  }
}
