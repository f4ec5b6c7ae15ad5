import type { Call, GenerationCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';

/** Dialects of one kind are translated into each other; another kind of call here is a mistake in the house. */
export function generationOnly(call: Call): GenerationCall {
  if (call.kind === 'generation') return call;
  throw new GatewayError('operation_not_supported', 'This backend can only be asked to write text.');
}
