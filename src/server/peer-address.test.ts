import { describe, expect, test } from 'vitest';

import { readTrustedProxies, resolvePeer } from './peer-address.ts';

const peerOf = (
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trusted: string[],
  more = {},
) => {
  const arrival = {
    isUnixSocket: socketAddress === undefined,
    socketAddress,
    forwardedFor,
    hasOtherForwarding: false,
  };
  const peer = resolvePeer({ ...arrival, ...more }, readTrustedProxies(trusted));
  return peer.kind === 'address' ? peer.address : peer.kind;
};

describe('who is asking', () => {
  test.each([
    ['a plain connection', '192.0.2.1', undefined, [], '192.0.2.1'],
    ['v4 seen through a v6 socket', '::ffff:127.0.0.1', undefined, [], '127.0.0.1'],
    ['a unix socket', undefined, undefined, [], 'unix'],
    ['a proxy we trust', '127.0.0.1', '192.0.2.1', ['127.0.0.1'], '192.0.2.1'],
    ['a forged hop before the proxy’s own', '127.0.0.1', '127.0.0.1, 192.0.2.1', ['127.0.0.1'], '192.0.2.1'],
    ['two proxies we trust', '10.0.0.1', '192.0.2.1, 10.0.0.2', ['10.0.0.0/8'], '192.0.2.1'],
    ['a proxy on our unix socket', undefined, '192.0.2.1', ['unix'], '192.0.2.1'],
    ['rubbish from a proxy', '127.0.0.1', 'localhost', ['127.0.0.1'], 'unknown'],
    ['a loopback proxy nobody told us of', '127.0.0.1', '127.0.0.1', [], 'unknown'],
    ['a unix proxy nobody told us of', undefined, '127.0.0.1', ['127.0.0.1'], 'unknown'],
    ['ports and brackets', '127.0.0.1', '[2001:db8::1]:443', ['127.0.0.1'], '2001:db8::1'],
    ['only proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', ['10.0.0.0/8'], '10.0.0.3'],
  ])('%s', (_what, socketAddress, forwardedFor, trusted, expected) => {
    expect(peerOf(socketAddress, forwardedFor, trusted)).toBe(expected);
  });

  test('an address that a proxy tells is marked as such', () => {
    const arrival = { isUnixSocket: false, socketAddress: '127.0.0.1', hasOtherForwarding: false };
    const proxies = readTrustedProxies(['127.0.0.1', '10.0.0.0/8']);
    const peer = (forwardedFor: string | undefined) => resolvePeer({ ...arrival, forwardedFor }, proxies);
    expect(peer(undefined)).toMatchObject({ isForwarded: false });
    expect(peer('127.0.0.1')).toMatchObject({ address: '127.0.0.1', isForwarded: true });
    expect(peer('192.0.2.1')).toMatchObject({ isForwarded: true });
  });

  test('a connection that is already gone is nobody, not a local socket', () => {
    expect(peerOf(undefined, undefined, ['unix'], { isUnixSocket: false })).toBe('unknown');
    expect(peerOf(undefined, '127.0.0.1', ['unix'], { isUnixSocket: false })).toBe('unknown');
  });

  test('other forwarding headers give an unlisted proxy away too', () => {
    expect(peerOf('127.0.0.1', undefined, [], { hasOtherForwarding: true })).toBe('unknown');
  });
});
