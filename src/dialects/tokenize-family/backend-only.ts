import { GatewayError } from '../../model/gateway-error.ts';
import type { Dialect } from '../dialect.ts';

type ClientSide = Pick<
  Dialect,
  'operation' | 'kind' | 'routes' | 'spellings' | 'readAsked' | 'readCall' | 'planEdits'
>;

/** The side of a token counter that faces clients: there is none, for only backends speak it. */
export const backendOnly: ClientSide = {
  operation: 'chat',
  kind: 'count',
  routes: [],
  spellings: {},
  readAsked: refuse,
  readCall: refuse,
  planEdits: () => [],
};

function refuse(): never {
  throw new GatewayError('operation_not_supported', 'Token counters of backends are not open to clients.');
}
