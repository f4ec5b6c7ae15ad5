import type { AppConfig, AppKey } from '../../config/config.ts';
import { GatewayError } from '../../model/gateway-error.ts';

/** Who calls, and within which bounds. */
export interface Identity {
  readonly app: AppConfig;
  /** The key it came with; undefined for signed tokens, and where none is needed. */
  readonly key?: AppKey;
  /** What a signed token narrowed the app's policy to; undefined for ordinary keys. */
  readonly narrowedTo: { readonly allow: readonly string[]; readonly deny: readonly string[] } | undefined;
}

/** Throws `app_inactive` for an app that is switched off. */
export function requireActive(identity: Identity): Identity {
  if (identity.app.active) return identity;
  throw new GatewayError(
    'app_inactive',
    `The app "${identity.app.appId}" is switched off; ask the operator.`,
    { appId: identity.app.appId },
  );
}
