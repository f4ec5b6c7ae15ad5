import type { Apps } from '../decisions/policy/apps.ts';
import type { Identity } from '../decisions/policy/identity.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { Exchange } from './exchange.ts';

/**
 * Who calls? A gateway without keys serves whoever can reach it, which is this machine; but a web page open in
 * somebody's browser can reach it too, and is nobody (faults.md A4).
 */
export function identify(
  apps: Apps,
  caller: Pick<Exchange, 'isCrossSite' | 'apiKey'>,
  nowMs: number,
): Identity | Promise<Identity> {
  if (apps.isAnonymous && caller.isCrossSite) {
    throw new GatewayError(
      'origin_not_allowed',
      'A page of another origin may not use a gateway without keys; add the origin to cors.origins, or give apps keys.',
    );
  }
  return apps.identify(caller.apiKey(), nowMs);
}
