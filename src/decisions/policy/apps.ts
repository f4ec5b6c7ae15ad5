import { hash } from 'node:crypto';
import type { AppConfig, AppKey } from '../../config/config.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { Secret } from '../../model/secret.ts';
import { looksLikeToken, verifyToken } from './app-token.ts';
import { type Identity, requireActive } from './identity.ts';

/** Who calls when no app has a key at all; the configuration allows that on loopback only. */
const anonymous: AppConfig = {
  appId: 'anonymous',
  name: 'anonymous',
  description: 'callers of a gateway without any app key',
  active: true,
  keys: [],
  jwt: undefined,
  policy: { allow: [], deny: [] },
  defaultModel: undefined,
  fallbackModels: [],
  cache: { isEnabled: false, ttlMs: 0, share: 'app' },
  backend: undefined,
  systemPrompt: undefined,
  priority: 5,
  weight: 1,
  keepalive: undefined,
  concurrency: undefined,
  costLimit: undefined,
  rateLimit: undefined,
  quota: undefined,
  trace: undefined,
  madeAtMs: undefined,
};

/** Their rate is kept by address, and not here. */
type ForStrangers = Partial<Pick<AppConfig, 'cache' | 'costLimit' | 'quota'>>;

type KeyHolder = Identity & { readonly key: AppKey };

/**
 * The apps of one configuration, and whose key is whose. Immutable. Apps are found by the SHA-256 of the key
 * they send: the comparison is a look-up of a digest, so how long it takes says nothing about any key
 * (faults.md T2), and no key is ever kept.
 */
export class Apps {
  readonly #byHash = new Map<string, KeyHolder>();
  readonly #byId = new Map<string, AppConfig>();
  readonly #isAnonymous: boolean;
  readonly #anonymous: AppConfig;

  /** `forStrangers`: what holds for callers without a key, where there are any; with `isKeyDemanded` there are none. */
  constructor(apps: readonly AppConfig[], forStrangers: ForStrangers = {}, isKeyDemanded = false) {
    for (const app of apps) {
      this.#byId.set(app.appId, app);
      for (const key of app.keys) this.#byHash.set(key.hash, { app, key, narrowedTo: undefined });
    }
    const hasNoKey = apps.every((app) => app.keys.length === 0 && app.jwt === undefined);
    this.#isAnonymous = hasNoKey && !isKeyDemanded;
    this.#anonymous = { ...anonymous, ...forStrangers };
    if (this.#isAnonymous) this.#byId.set(anonymous.appId, this.#anonymous);
  }

  /** May anybody call, because no app has a key? */
  get isAnonymous(): boolean {
    return this.#isAnonymous;
  }

  byId(appId: string): AppConfig | undefined {
    return this.#byId.get(appId);
  }

  /**
   * The app a key belongs to. Throws `missing_key`, `invalid_key`, `expired_key` or `app_inactive`.
   * Only signed tokens make it wait.
   */
  identify(key: Secret | undefined, nowMs: number): Identity | Promise<Identity> {
    if (this.#isAnonymous) return { app: this.#anonymous, narrowedTo: undefined };
    if (key === undefined) throw missingKey();
    const holder = this.#byHash.get(hash('sha256', key.reveal(), 'hex'));
    if (holder !== undefined) return admit(holder, nowMs);
    if (looksLikeToken(key)) return verifyToken(key, (appId) => this.#byId.get(appId), nowMs);
    throw new GatewayError(
      'invalid_key',
      'This API key is not known here; check it, or ask the operator for one.',
    );
  }
}

function admit(holder: KeyHolder, nowMs: number): Identity {
  const { key, app } = holder;
  if (key.expiresAtMs !== undefined && nowMs >= key.expiresAtMs) {
    const date = new Date(key.expiresAtMs).toISOString();
    throw new GatewayError(
      'expired_key',
      `This API key expired at ${date}; ask the operator for a new one.`,
      {
        appId: app.appId,
      },
    );
  }
  return requireActive(holder);
}

function missingKey(): GatewayError {
  return new GatewayError(
    'missing_key',
    'This request carries no API key. Send it as "Authorization: Bearer <key>", "x-api-key", "api-key" or "x-goog-api-key"; under /v1beta also as "?key=".',
  );
}
