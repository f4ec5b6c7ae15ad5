import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ClientAddresses } from './client-address.ts';
import { ownOrigin } from './own-origin.ts';

const asked = (headers: object, socket: Socket = new Socket()) => ({ headers, socket }) as IncomingMessage;
const proxied = { host: 'inside:8080', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'gateway.example' };

describe('the address by which a client found us', () => {
  it.each([
    [{ host: 'gateway.lan:8080' }, 'http://gateway.lan:8080'],
    [{ host: '[::1]:8080' }, 'http://[::1]:8080'],
    [{}, 'http://localhost'],
    [{ host: 'evil.example/path?' }, 'http://localhost'],
    [{ host: 'a b' }, 'http://localhost'],
  ])('with %j is %s', (headers, origin) => {
    expect(ownOrigin(asked(headers), false)).toBe(origin);
  });

  it('is https where we speak TLS ourselves', () => {
    expect(ownOrigin(asked({ host: 'g' }, new TLSSocket(new Socket())), false)).toBe('https://g');
  });

  it('is what a proxy says, if it may be believed', () => {
    expect(ownOrigin(asked(proxied), true)).toBe('https://gateway.example');
    expect(ownOrigin(asked(proxied), false)).toBe('http://inside:8080');
    expect(ownOrigin(asked({ ...proxied, 'x-forwarded-proto': 'https, http' }), true)).toMatch(/^https:/);
  });

  it('may be told by the proxies of the configuration alone', () => {
    const addresses = new ClientAddresses(['10.0.0.0/8']);
    expect(addresses.isProxy('10.1.2.3')).toBe(true);
    expect(addresses.isProxy('192.168.0.1')).toBe(false);
    expect(addresses.isProxy(undefined)).toBe(false);
    expect(new ClientAddresses(['unix']).isProxy(undefined)).toBe(true);
    expect(new ClientAddresses([]).isProxy('10.1.2.3')).toBe(false);
  });
});
