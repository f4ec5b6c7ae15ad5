import { expect, test } from 'vitest';

import { cookieNameAt, cookiesNamed, writeCookie } from './sitting-cookie.ts';

test.each([
  [undefined, 'sluice_admin'],
  ['gateway.example', 'sluice_admin'],
  ['gateway.example:8081', 'sluice_admin_8081'],
  ['[::1]', 'sluice_admin'],
  ['[::1]:8081', 'sluice_admin_8081'],
  ['127.0.0.1:99;x', 'sluice_admin'],
])('at %s the cookie is called %s', (host, name) => {
  expect(cookieNameAt(host)).toBe(name);
});

test.each([
  [undefined, []],
  ['', []],
  ['a=1; b=2', ['1']],
  ['b=2;a=1', ['1']],
  ['aa=3; xa=4; a', []],
  ['a=1; a=2', ['1', '2']],
  ['a=x=y', ['x=y']],
  ['a=1; a=2; a=3; a=4; a=5; a=6', ['1', '2', '3', '4']],
])('of the header %j is read: %j', (header, values) => {
  expect(cookiesNamed('a', header)).toEqual(values);
});

test('is kept from scripts, from other sites, and over TLS from what is not encrypted', () => {
  expect(writeCookie('a', 'b', 86_400_000, false)).toBe('a=b; Max-Age=86400; HttpOnly; SameSite=Strict');
  expect(writeCookie('a', '', 0, true)).toBe('a=; Max-Age=0; HttpOnly; SameSite=Strict; Secure');
});
