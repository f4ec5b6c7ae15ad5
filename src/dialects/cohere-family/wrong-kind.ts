import type { CallKind } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';

/** For a call of a kind that this dialect cannot ask for at all. */
export function wrongKind(kind: CallKind): GatewayError {
  return new GatewayError('operation_not_supported', `The backend cannot be asked for "${kind}" here.`);
}
