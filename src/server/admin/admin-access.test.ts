import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import { Secret } from '../../model/secret.ts';
import { type Peer, readNetworks } from '../peer-address.ts';
import {
  type AccessRules,
  type AdminListener,
  type AdminRole,
  judgeAccess,
  type Knock,
} from './admin-access.ts';

const token = 'an-admin-token';
const rules: AccessRules = {
  tokenHash: createHash('sha256').update(token).digest('hex'),
  statsNetworks: readNetworks(['10.1.0.0/16', 'fd00::/8']),
  metricsUsername: 'prometheus',
  metricsPassword: new Secret('scrape:me'),
  boundHosts: ['127.0.0.1:8081'],
};
const wideRules: AccessRules = { ...rules, boundHosts: ['0.0.0.0:8081', 'gpu-box'] };
const tcp: AdminListener = { kind: 'admin', boundHosts: ['127.0.0.1:8081'] };
const wide: AdminListener = { kind: 'admin', boundHosts: ['0.0.0.0:8081'] };
const main: AdminListener = { kind: 'main', boundHosts: [] };

const at = (address: string): Peer => ({ kind: 'address', address, isForwarded: false });
const through = (address: string): Peer => ({ kind: 'address', address, isForwarded: true });
const unix: Peer = { kind: 'unix' };
const unknown: Peer = { kind: 'unknown' };
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

function knock(role: AdminRole | undefined, peer: Peer, more: Partial<Knock> = {}): Knock {
  const method = role === 'operate' ? 'POST' : 'GET';
  const quiet = { origin: undefined, fetchSite: undefined, authorization: undefined, csrfToken: undefined };
  return { role, peer, method, host: '127.0.0.1:8081', sitting: 'none', ...quiet, ...more };
}

const outcome = (asked: Knock, listener: AdminListener, under = listener === wide ? wideRules : rules) =>
  judgeAccess(asked, listener, under)?.code ?? 'ok';

describe('who may do what', () => {
  const roles = ['stats', 'metrics', 'operate', 'admin', undefined] as const;
  const table: [string, Peer, AdminListener, Partial<Knock>, string[]][] = [
    ['the control socket', unix, { kind: 'control' }, {}, ['ok', 'ok', 'ok', 'ok', 'ok']],
    ['loopback', at('127.0.0.1'), tcp, {}, ['ok', 'ok', 'ok', 'missing_token', 'address_not_allowed']],
    ['loopback v6', at('::1'), tcp, {}, ['ok', 'ok', 'ok', 'missing_token', 'address_not_allowed']],
    [
      'a unix socket of admin.bind',
      unix,
      tcp,
      {},
      ['ok', 'ok', 'ok', 'missing_token', 'address_not_allowed'],
    ],
    [
      'the public unix socket',
      unix,
      main,
      {},
      [
        'address_not_allowed',
        'metrics_login_required',
        'address_not_allowed',
        'address_not_allowed',
        'address_not_allowed',
      ],
    ],
    [
      'loopback on main',
      at('127.0.0.1'),
      main,
      {},
      ['ok', 'ok', 'address_not_allowed', 'missing_token', 'address_not_allowed'],
    ],
    ...['127.0.0.1', '10.1.2.3'].map((address): [string, Peer, AdminListener, Partial<Knock>, string[]] => [
      `${address} on main, as a proxy tells`,
      through(address),
      main,
      {},
      [
        'address_not_allowed',
        'metrics_login_required',
        'address_not_allowed',
        'address_not_allowed',
        'address_not_allowed',
      ],
    ]),
    [
      'the token on main, through a proxy',
      through('192.0.2.7'),
      main,
      { authorization: `Bearer ${token}` },
      ['ok', 'ok', 'ok', 'ok', 'ok'],
    ],
    [
      'a statistics network on main',
      at('10.1.2.3'),
      main,
      {},
      ['ok', 'ok', 'address_not_allowed', 'address_not_allowed', 'address_not_allowed'],
    ],
    [
      'loopback through a proxy of the admin listener',
      through('127.0.0.1'),
      tcp,
      {},
      ['ok', 'ok', 'ok', 'missing_token', 'address_not_allowed'],
    ],
    [
      'a statistics network',
      at('10.1.2.3'),
      wide,
      {},
      ['ok', 'ok', 'address_not_allowed', 'address_not_allowed', 'address_not_allowed'],
    ],
    [
      'a stranger',
      at('192.0.2.7'),
      wide,
      {},
      [
        'address_not_allowed',
        'metrics_login_required',
        'address_not_allowed',
        'address_not_allowed',
        'address_not_allowed',
      ],
    ],
    [
      'who knows whom',
      unknown,
      tcp,
      {},
      [
        'address_not_allowed',
        'metrics_login_required',
        'address_not_allowed',
        'address_not_allowed',
        'address_not_allowed',
      ],
    ],
    [
      'a stranger with the token',
      at('192.0.2.7'),
      wide,
      { authorization: `Bearer ${token}` },
      ['ok', 'ok', 'ok', 'ok', 'ok'],
    ],
    [
      'loopback with a wrong token',
      at('127.0.0.1'),
      tcp,
      { authorization: 'Bearer nope' },
      ['ok', 'ok', 'ok', 'invalid_token', 'address_not_allowed'],
    ],
    [
      'a stranger with the scraper’s login',
      at('192.0.2.7'),
      wide,
      { authorization: basic('prometheus:scrape:me') },
      ['address_not_allowed', 'ok', 'address_not_allowed', 'address_not_allowed', 'address_not_allowed'],
    ],
    [
      'a stranger with half of it',
      at('192.0.2.7'),
      wide,
      { authorization: basic('prometheus:scrape') },
      [
        'address_not_allowed',
        'metrics_login_required',
        'address_not_allowed',
        'address_not_allowed',
        'address_not_allowed',
      ],
    ],
  ];
  test.each(table)('%s', (_who, peer, listener, more, expected) => {
    const host = peer.kind === 'address' && listener === wide ? 'gpu-box:8081' : '127.0.0.1:8081';
    expect(roles.map((role) => outcome(knock(role, peer, { host, ...more }), listener))).toEqual(expected);
  });

  test('without a token hash, /admin/api belongs to the control socket', () => {
    const bare = { ...rules, tokenHash: undefined };
    const asked = knock('admin', at('127.0.0.1'), { authorization: `Bearer ${token}` });
    expect(outcome(asked, tcp, bare)).toBe('no_admin_token');
    expect(outcome(asked, { kind: 'control' }, bare)).toBe('ok');
  });

  test('without a login configured, a stranger’s scrape is refused and not invited to log in', () => {
    const refusal = judgeAccess(knock('metrics', at('192.0.2.7')), wide, {
      ...rules,
      metricsUsername: undefined,
    });
    expect(refusal).toMatchObject({ status: 403, code: 'address_not_allowed' });
  });

  test('a statistics network may read and nothing else', () => {
    expect(outcome(knock('stats', at('10.1.2.3'), { host: 'gpu-box', method: 'POST' }), wide)).toBe(
      'address_not_allowed',
    );
  });
});

describe('a page in the operator’s browser', () => {
  const local = at('127.0.0.1');
  test.each([
    ['evil.example', 'host_not_allowed'],
    ['evil.example:8081', 'host_not_allowed'],
    ['localhost.evil.example', 'host_not_allowed'],
    ['127.0.0.1.evil.example', 'host_not_allowed'],
    ['192.0.2.1:8081', 'host_not_allowed'],
    ['localhost:8081', 'ok'],
    ['LOCALHOST', 'ok'],
    ['[::1]:8081', 'ok'],
    ['127.9.9.9', 'ok'],
  ])('with the Host %s gets: %s', (host, expected) => {
    for (const role of ['stats', 'metrics', 'operate'] as const) {
      expect(outcome(knock(role, local, { host }), tcp)).toBe(expected);
    }
  });

  test('a wildcard listener answers to any literal address, and to the names it was given', () => {
    for (const host of ['192.0.2.1:8081', '[2001:db8::1]:8081', 'gpu-box:8081']) {
      expect(outcome(knock('stats', at('10.1.2.3'), { host }), wide)).toBe('ok');
    }
    expect(outcome(knock('stats', at('10.1.2.3'), { host: 'evil.example' }), wide)).toBe('host_not_allowed');
  });

  test.each([
    [{ fetchSite: 'cross-site' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://127.0.0.1:3000', fetchSite: 'same-site' }],
  ])('changes nothing: %j', (headers) => {
    expect(outcome(knock('operate', local, headers), tcp)).toBe('cross_site_refused');
    const withToken = { ...headers, authorization: `Bearer ${token}` };
    expect(outcome(knock('admin', local, { ...withToken, method: 'POST' }), tcp)).toBe('cross_site_refused');
  });

  test('our own page may', () => {
    const own = { origin: 'http://127.0.0.1:8081', fetchSite: 'same-origin' };
    expect(outcome(knock('operate', local, own), tcp)).toBe('ok');
  });
});

describe('an operator who has logged in', () => {
  const sitting = { csrfToken: 'told-at-the-login', endsWallMs: 0 };
  const far = at('192.0.2.7');
  const asks = (role: AdminRole, more: Partial<Knock>) =>
    outcome(knock(role, far, { sitting, ...more }), wide);

  test('reads from anywhere without the CSRF token', () => {
    for (const method of ['GET', 'HEAD']) expect(asks('admin', { method })).toBe('ok');
  });

  test.each([
    [undefined, 'invalid_csrf_token'],
    ['', 'invalid_csrf_token'],
    ['told-at-another-login', 'invalid_csrf_token'],
    ['told-at-the-login', 'ok'],
  ])('changes something with the CSRF token %j: %s', (csrfToken, expected) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(asks('admin', { method, csrfToken })).toBe(expected);
    }
  });

  test('changes nothing from a page of another site, whatever it knows', () => {
    const more = { method: 'POST', csrfToken: 'told-at-the-login', origin: 'https://evil.example' };
    expect(asks('admin', more)).toBe('cross_site_refused');
  });

  test('needs no CSRF token beside the admin token itself', () => {
    expect(asks('admin', { method: 'POST', authorization: `Bearer ${token}` })).toBe('ok');
  });

  test('has gained nothing outside /admin/api, where the cookie is not sent', () => {
    expect(asks('stats', {})).toBe('address_not_allowed');
    expect(asks('operate', { csrfToken: 'told-at-the-login' })).toBe('address_not_allowed');
  });

  test('is told that the session is over, wherever he asks from', () => {
    expect(outcome(knock('admin', far, { sitting: 'over' }), wide)).toBe('session_over');
    const loopback = knock('admin', at('127.0.0.1'), { sitting: 'over', method: 'POST' });
    expect(outcome(loopback, tcp)).toBe('session_over');
  });

  test('may log in from anywhere, but not by a page of another site, and not where there is no token', () => {
    const bare = { ...rules, tokenHash: undefined };
    for (const peer of [far, unix, unknown]) {
      expect(outcome(knock('login', peer, { method: 'POST' }), wide)).toBe('ok');
      expect(outcome(knock('login', peer, { method: 'POST' }), wide, bare)).toBe('no_admin_token');
    }
    const elsewhere = knock('login', far, { method: 'POST', fetchSite: 'cross-site' });
    expect(outcome(elsewhere, wide)).toBe('cross_site_refused');
  });
});
