import { BlockList, isIP } from 'node:net';

/**
 * Who is really asking: the address at the other end of the socket, or, when that is a proxy we were told to
 * believe, the last address the proxies vouch for. Pure.
 */
export type Peer =
  /** `isForwarded`: a proxy vouches for it; it did not connect to us itself. */
  | { readonly kind: 'address'; readonly address: string; readonly isForwarded: boolean }
  /** A unix socket that nobody vouched for. */
  | { readonly kind: 'unix' }
  /** Forwarded by someone we were not told to believe, so it could be anybody. */
  | { readonly kind: 'unknown' };

export interface TrustedProxies {
  readonly networks: BlockList;
  readonly isUnixTrusted: boolean;
}

export interface Arrival {
  readonly isUnixSocket: boolean;
  /** undefined = a unix socket, or a connection that is already gone. */
  readonly socketAddress: string | undefined;
  readonly forwardedFor: string | undefined;
  /** Any other sign that a proxy stands between: `Forwarded`, `X-Real-IP`. */
  readonly hasOtherForwarding: boolean;
}

export function readTrustedProxies(entries: readonly string[]): TrustedProxies {
  return {
    networks: readNetworks(entries.filter((entry) => entry !== 'unix')),
    isUnixTrusted: entries.includes('unix'),
  };
}

/** CIDRs and single addresses as a list that can be asked. What is neither is left out: the config refused it. */
export function readNetworks(entries: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.trim().split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0) continue;
    networks.addSubnet(
      address,
      prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix),
      family,
    );
  }
  return networks;
}

export function isInNetworks(networks: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && networks.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

export function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/**
 * A forwarding header from a peer we do not trust makes the peer unknown rather than being ignored: a proxy on
 * this very machine that was never listed would otherwise lend its loopback address to the whole internet.
 */
export function resolvePeer(arrival: Arrival, proxies: TrustedProxies): Peer {
  const isForwarded = arrival.forwardedFor !== undefined || arrival.hasOtherForwarding;
  const address = plainAddress(arrival.socketAddress);
  if (arrival.forwardedFor !== undefined && isFromProxy(arrival, proxies)) {
    return lastVouchedFor(arrival.forwardedFor, proxies);
  }
  if (isForwarded) return { kind: 'unknown' };
  if (address !== undefined) return { kind: 'address', address, isForwarded: false };
  // Whoever hangs up at once has no address any more; that must not make it a local socket.
  return { kind: arrival.isUnixSocket ? 'unix' : 'unknown' };
}

/** Does it come straight from a proxy that may be believed what it says of the request? */
export function isFromProxy(
  { isUnixSocket, socketAddress }: Pick<Arrival, 'isUnixSocket' | 'socketAddress'>,
  proxies: TrustedProxies,
): boolean {
  const address = plainAddress(socketAddress);
  if (address !== undefined && isInNetworks(proxies.networks, address)) return true;
  return isUnixSocket && proxies.isUnixTrusted;
}

/** Each proxy appends whom it saw, so the list is believed from its right end up to the first stranger. */
function lastVouchedFor(forwardedFor: string, proxies: TrustedProxies): Peer {
  const hops = forwardedFor.split(',').map((hop) => plainAddress(hop.trim()) ?? '');
  for (const hop of hops.reverse()) {
    if (isIP(hop) === 0) return { kind: 'unknown' };
    if (!isInNetworks(proxies.networks, hop)) return { kind: 'address', address: hop, isForwarded: true };
  }
  const first = hops.at(-1);
  return first === undefined ? { kind: 'unknown' } : { kind: 'address', address: first, isForwarded: true };
}

/** `::ffff:127.0.0.1` is 127.0.0.1 seen through a dual-stack socket; `[::1]:80` and `1.2.3.4:80` lose the rest. */
export function plainAddress(address: string | undefined): string | undefined {
  if (address === undefined || address === '') return undefined;
  if (isIP(address) === 4) return address;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1];
  const bare =
    bracketed ?? (/^\d+(?:\.\d+){3}:\d+$/.test(address) ? address.slice(0, address.indexOf(':')) : address);
  return bare.toLowerCase().startsWith('::ffff:') && isIP(bare.slice(7)) === 4 ? bare.slice(7) : bare;
}
