import type { Call, ImagesCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';

/** A call as an images request. Never streamed: half-done pictures mean nothing elsewhere, and whole ones are few. */
export function writeRequest(call: Call): JsonObject {
  if (call.kind !== 'images') throw notImages();
  return withoutUndefined({
    ...call.extra,
    model: call.model,
    prompt: call.prompt,
    n: call.count,
    size: writeSize(call),
    response_format: writeResponseFormat(call),
  });
}

function notImages(): GatewayError {
  return new GatewayError('operation_not_supported', 'Only pictures can be asked of an images API.');
}

function writeSize({ size }: ImagesCall): string | undefined {
  return size && `${size.width}x${size.height}`;
}

/**
 * The older models give links unless told otherwise, and links die within the hour; the newer ones only know
 * base64 and refuse the member (protocols 2.8).
 */
function writeResponseFormat({ model }: ImagesCall): 'b64_json' | undefined {
  return /dall-?e/i.test(model) ? 'b64_json' : undefined;
}
