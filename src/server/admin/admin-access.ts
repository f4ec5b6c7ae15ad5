import type { BlockList } from 'node:net';

import type { Secret } from '../../model/secret.ts';
import { isCrossSite, isHostAllowed } from '../host-guard.ts';
import { isInNetworks, isLoopback, type Peer } from '../peer-address.ts';
import { basicOf, bearerOf, isSameText, isTokenOfHash } from './credentials.ts';
import type { Sitting } from './login/sittings.ts';

/**
 * Who may do what on the admin surface (contract 4.1, rows 000-82 and 000-83). One pure function; the numbers in
 * it are those of this list:
 *
 *  1. The control socket (mode 0600) has been judged by the file system: everything.
 *  2. A change asked for by another site's page: refused, whoever's browser it is.
 *  3. The admin token as Bearer: everything, from anywhere.
 *  4. `/admin/api/*` takes that or a sitting, which the token opened; and since a browser sends its cookie whoever
 *     asks it to, a change needs the sitting's CSRF token too. Logging in takes nothing: the token is in what is sent.
 *  5. The scraper's Basic pair: `/metrics`, from anywhere.
 *  6. What is left is granted for the address alone, and for that the `Host` must be ours (DNS rebinding):
 *     loopback, and the admin listener's own unix socket, may read statistics and reload or stop the daemon;
 *     `admin.stats_networks` may read statistics. Everybody else: nothing, not even a 404.
 *  7. On the main listener an address is worth less, for strangers come in by the same door, and a proxy beside us
 *     passes on for whoever asks it: it lets read, and only whoever connected to us itself.
 */

/** What a route is for; a route that forgot to say so is closed to all but the trusted. */
export type AdminRole = 'stats' | 'metrics' | 'operate' | 'admin' | 'login';

export type AdminListener =
  /** `<config-dir>/sluice-admin.sock`. */
  | { readonly kind: 'control' }
  /** One of `admin.bind`; `boundHosts` are the hosts it is bound to, with or without a port. */
  | { readonly kind: 'admin'; readonly boundHosts: readonly string[] }
  /** The public listener, with `admin.on_main`. */
  | { readonly kind: 'main'; readonly boundHosts: readonly string[] };

export interface Knock {
  readonly role: AdminRole | undefined;
  readonly method: string;
  readonly peer: Peer;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly authorization: string | undefined;
  /** `over`: it has the cookie of one that does not hold any more, or of none. */
  readonly sitting: Sitting | 'none' | 'over';
  readonly csrfToken: string | undefined;
}

export interface AccessRules {
  readonly tokenHash: string | undefined;
  readonly statsNetworks: BlockList;
  readonly metricsUsername: string | undefined;
  readonly metricsPassword: Secret | undefined;
  /** What the `Host` header may say besides loopback names: where we are bound, and what we are called. */
  readonly boundHosts: readonly string[];
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly code: string;
  readonly message: string;
  /** For `WWW-Authenticate`, when a credential would help. */
  readonly challenge?: string;
}

/** undefined = come in. */
export function judgeAccess(knock: Knock, listener: AdminListener, rules: AccessRules): Refusal | undefined {
  if (listener.kind === 'control') return undefined; // 1
  if (isChange(knock.method) && isCrossSite(knock)) return crossSite; // 2
  if (hasAdminToken(knock, rules)) return undefined; // 3
  if (knock.role === 'login') return rules.tokenHash === undefined ? noTokenConfigured : undefined; // 4
  if (knock.role === 'admin') return judgeSitting(knock, listener, rules); // 4
  if (knock.role === 'metrics' && hasMetricsLogin(knock, rules)) return undefined; // 5
  return judgeAddress(knock, listener, rules); // 6
}

function judgeSitting(knock: Knock, listener: AdminListener, rules: AccessRules): Refusal | undefined {
  const { sitting, csrfToken = '' } = knock;
  if (typeof sitting === 'string') return withoutToken(knock, listener, rules);
  const mayChange = isSameText(csrfToken, sitting.csrfToken);
  return isChange(knock.method) && !mayChange ? invalidCsrfToken : undefined;
}

function judgeAddress(knock: Knock, listener: AdminListener, rules: AccessRules): Refusal | undefined {
  if (knock.role === undefined) return notFromHere;
  const isReading = (knock.role === 'stats' || knock.role === 'metrics') && !isChange(knock.method);
  const isNear = isNearPeer(knock.peer, listener);
  const isKnown = listener.kind === 'main' ? isNear && isReading : isNear; // 7
  const isAdmitted = isKnown || (isReading && isInStatsNetworks(knock.peer, listener, rules));
  if (!isAdmitted) return knock.role === 'metrics' ? metricsRefusal(rules) : notFromHere;
  const isByName = knock.peer.kind === 'address' && !isHostAllowed(knock.host, rules.boundHosts);
  return isByName ? foreignHost : undefined;
}

function isNearPeer(peer: Peer, listener: AdminListener): boolean {
  if (peer.kind === 'address') return isLoopback(peer.address) && !isWorthless(peer, listener);
  return peer.kind === 'unix' && listener.kind === 'admin';
}

function isInStatsNetworks(peer: Peer, listener: AdminListener, rules: AccessRules): boolean {
  if (peer.kind !== 'address' || isWorthless(peer, listener)) return false;
  return isInNetworks(rules.statsNetworks, peer.address);
}

/** Rule 7: an address somebody else vouches for. */
function isWorthless(peer: Extract<Peer, { kind: 'address' }>, listener: AdminListener): boolean {
  return listener.kind === 'main' && peer.isForwarded;
}

export function hasAdminToken(
  knock: { readonly authorization?: string | undefined },
  rules: AccessRules,
): boolean {
  const token = bearerOf(knock.authorization);
  return token !== undefined && rules.tokenHash !== undefined && isTokenOfHash(token, rules.tokenHash);
}

function hasMetricsLogin(knock: Knock, rules: AccessRules): boolean {
  const login = basicOf(knock.authorization);
  if (login === undefined || rules.metricsUsername === undefined || rules.metricsPassword === undefined)
    return false;
  const isUser = isSameText(login.username, rules.metricsUsername);
  return isSameText(login.password, rules.metricsPassword.reveal()) && isUser;
}

/** Strangers are not told that a token would help; who may be here at all is. */
function withoutToken(knock: Knock, listener: AdminListener, rules: AccessRules): Refusal {
  if (rules.tokenHash === undefined) return noTokenConfigured;
  if (bearerOf(knock.authorization) !== undefined) return invalidToken;
  if (knock.sitting === 'over') return sessionOver;
  return isNearPeer(knock.peer, listener) ? missingToken : notFromHere;
}

function metricsRefusal(rules: AccessRules): Refusal {
  return rules.metricsUsername === undefined || rules.metricsPassword === undefined
    ? notFromHere
    : metricsLogin;
}

export function isChange(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

const crossSite: Refusal = {
  status: 403,
  code: 'cross_site_refused',
  message: 'Changes are not taken from pages of another site.',
};
const foreignHost: Refusal = {
  status: 403,
  code: 'host_not_allowed',
  message:
    'The Host header is neither a loopback name nor the address this listener is bound to; use one of those, or send the admin token.',
};
const notFromHere: Refusal = {
  status: 403,
  code: 'address_not_allowed',
  message:
    'This address may not use the admin surface; see admin.stats_networks, or send the admin token as Bearer.',
};
export const noTokenConfigured: Refusal = {
  status: 403,
  code: 'no_admin_token',
  message:
    'No admin token is configured (admin.token_hash), so /admin/api is open to the control socket alone; `sluice token --hash` makes one.',
};
export const missingToken: Refusal = {
  status: 401,
  code: 'missing_token',
  message: 'Send the admin token as "Authorization: Bearer …", or log in with it: POST /admin/api/login.',
  challenge: 'Bearer realm="sluice admin"',
};
export const invalidToken: Refusal = {
  status: 401,
  code: 'invalid_token',
  message: 'This is not the admin token; admin.token_hash holds the SHA-256 of the right one.',
  challenge: 'Bearer realm="sluice admin", error="invalid_token"',
};
const sessionOver: Refusal = {
  status: 401,
  code: 'session_over',
  message:
    'This session is over: after a day, by a logout, a restart or another admin token. Log in again: POST /admin/api/login.',
  challenge: 'Bearer realm="sluice admin"',
};
const invalidCsrfToken: Refusal = {
  status: 403,
  code: 'invalid_csrf_token',
  message:
    'With a session, changes need the x-csrf-token that the login was answered with; GET /admin/api/session tells it again.',
};
const metricsLogin: Refusal = {
  status: 401,
  code: 'metrics_login_required',
  message: 'From this address /metrics needs the Basic credentials of metrics.username and metrics.password.',
  challenge: 'Basic realm="sluice metrics"',
};
