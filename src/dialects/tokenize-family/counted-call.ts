import type { Call, CountCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';

/** The call if it asks for a count. */
export function countedCall(call: Call): CountCall {
  if (call.kind === 'count') return call;
  throw new GatewayError('operation_not_supported', 'A token counter can only count.');
}
