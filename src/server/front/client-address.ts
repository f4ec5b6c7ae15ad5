import { BlockList, isIP } from 'node:net';

/**
 * Who is at the other end. `X-Forwarded-For` is believed only from trusted proxies, and read from the right:
 * the first address no trusted proxy vouches for is the client's (faults.md P9).
 */
export class ClientAddresses {
  readonly #trusted = new BlockList();
  readonly #trustsUnix: boolean;
  readonly #trustsAnyone: boolean;

  /** @param trustedProxies CIDRs and addresses, and perhaps the word `unix`; the configuration has checked them. */
  constructor(trustedProxies: readonly string[]) {
    this.#trustsUnix = trustedProxies.includes('unix');
    this.#trustsAnyone = trustedProxies.length > 0;
    for (const entry of trustedProxies) if (entry !== 'unix') this.#trust(entry);
  }

  /** @param peer the socket's remote address; undefined on a unix socket. */
  of(peer: string | undefined, forwardedFor: string | string[] | undefined): string {
    const direct = peer === undefined ? 'unix' : plainAddress(peer);
    if (!this.#trustsAnyone || forwardedFor === undefined || !this.#isTrusted(direct)) return direct;
    const hops = String(forwardedFor)
      .split(',')
      .map((hop) => plainAddress(hop.trim()));
    let client = direct;
    for (const hop of hops.reverse()) {
      if (isIP(hop) === 0) break;
      client = hop;
      if (!this.#isTrusted(hop)) break;
    }
    return client;
  }

  #isTrusted(address: string): boolean {
    if (address === 'unix') return this.#trustsUnix;
    const version = isIP(address);
    return version !== 0 && this.#trusted.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }

  #trust(entry: string): void {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) this.#trusted.addAddress(address, family);
    else this.#trusted.addSubnet(address, Number(prefix), family);
  }
}

/** `::ffff:10.0.0.1` is 10.0.0.1; brackets and ports that some proxies add are dropped. */
function plainAddress(text: string): string {
  const bare = text.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return bare.toLowerCase().startsWith('::ffff:') ? bare.slice(7) : bare;
}
