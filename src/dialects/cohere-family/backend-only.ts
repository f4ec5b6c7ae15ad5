import { GatewayError } from '../../model/gateway-error.ts';

/**
 * The members of the contract that only clients of a dialect need. No client speaks Cohere's to this house, so
 * there are no routes and none of these is ever called; if one is, that is said plainly.
 */
export const backendOnly = {
  routes: [],
  spellings: {},
  readAsked: noClients,
  planEdits: noClients,
  readCall: noClients,
  wholeWriter: noClients,
} as const;

function noClients(): never {
  throw new GatewayError(
    'operation_not_supported',
    "Cohere's dialect is spoken to backends only; ask through one of the other surfaces.",
  );
}
