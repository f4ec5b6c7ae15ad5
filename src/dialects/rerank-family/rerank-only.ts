import type { RerankCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';

/** The call, if it is one for a ranking. */
export function rerankOnly(call: { readonly kind: string }): RerankCall {
  if (call.kind === 'rerank') return call as RerankCall;
  throw new GatewayError('operation_not_supported', 'Only a ranking can be asked of a rerank API.');
}
