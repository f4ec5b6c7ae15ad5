import type { Clock } from '../../../model/clock.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import { isTokenOfHash } from '../credentials.ts';
import { type OpenedSitting, type Sitting, Sittings } from './sittings.ts';
import { WrongLogins } from './wrong-logins.ts';

export interface LoginDeskParts {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** In force just now; undefined = nobody can log in. */
  readonly tokenHash: () => string | undefined;
}

export type LoginVerdict =
  | { readonly type: 'opened'; readonly opened: OpenedSitting }
  | { readonly type: 'no-token-configured' }
  | { readonly type: 'wrong-token' }
  /** The token was not even looked at. */
  | { readonly type: 'too-many'; readonly retryAfterMs: number };

/**
 * Lets operators in and out of the admin API, and writes into the log who came from where. There is one for all listeners;
 * tokens stay out of the log, right ones and wrong ones.
 */
export class LoginDesk {
  readonly #parts: LoginDeskParts;
  readonly #sittings: Sittings;
  readonly #wrongLogins = new WrongLogins();

  constructor(parts: LoginDeskParts) {
    this.#parts = parts;
    this.#sittings = new Sittings(parts.clock);
  }

  /** Always a new sitting: nobody can have planted its id. What the browser came with ends. */
  login(token: string, address: string, cookies: readonly string[]): LoginVerdict {
    const tokenHash = this.#parts.tokenHash();
    if (tokenHash === undefined) return { type: 'no-token-configured' };
    const nowMs = this.#parts.clock.monotonicMs();
    const retryAfterMs = this.#wrongLogins.waitMs(address, nowMs);
    if (retryAfterMs > 0) return { type: 'too-many', retryAfterMs };
    if (!isTokenOfHash(token, tokenHash)) return this.#countWrong(address, nowMs);
    this.#wrongLogins.forget(address);
    for (const cookie of cookies) this.#sittings.end(cookie);
    this.#parts.log.info('an operator logged in', { address });
    return { type: 'opened', opened: this.#sittings.open(tokenHash) };
  }

  /** The sitting of one of these cookies. */
  find(cookies: readonly string[]): Sitting | undefined {
    const tokenHash = this.#parts.tokenHash();
    return cookies
      .map((cookie) => this.#sittings.find(cookie, tokenHash))
      .find((sitting) => sitting !== undefined);
  }

  logout(cookies: readonly string[], address: string): void {
    const ended = cookies.filter((cookie) => this.#sittings.end(cookie));
    if (ended.length > 0) this.#parts.log.info('an operator logged out', { address });
  }

  /** Whoever came in with another token is out. */
  keepOnly(tokenHash: string | undefined): void {
    const sessions = this.#sittings.keepOnly(tokenHash);
    if (sessions > 0) this.#parts.log.info('operators logged out: admin.token_hash is another', { sessions });
  }

  #countWrong(address: string, nowMs: number): LoginVerdict {
    this.#wrongLogins.count(address, nowMs);
    const waitMs = this.#wrongLogins.waitMs(address, nowMs);
    // One line when the door closes, none for those who go on knocking: they could fill the disk.
    this.#parts.log.warn('a login was refused: not the admin token', {
      address,
      ...(waitMs > 0 ? { no_more_for_s: Math.ceil(waitMs / 1000) } : {}),
    });
    return { type: 'wrong-token' };
  }
}
