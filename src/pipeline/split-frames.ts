import { type Frame, type FrameSplitter, FrameTooLargeError } from '../model/frame.ts';
import { GatewayError } from '../model/gateway-error.ts';

/** The frames a piece of an answer completes. An event beyond all bounds is `upstream_bad_response`, thrown. */
export function splitFrames(splitter: FrameSplitter, piece: Buffer): Frame[] {
  try {
    return splitter.push(piece);
  } catch (thrown) {
    if (!(thrown instanceof FrameTooLargeError)) throw thrown;
    throw new GatewayError('upstream_bad_response', `The backend's stream was cut off: ${thrown.message}.`);
  }
}
