import {
  isInNetworks,
  plainAddress,
  readTrustedProxies,
  resolvePeer,
  type TrustedProxies,
} from '../peer-address.ts';

/**
 * Who a call came from, for the log and the ledger: the address at the other end, or the one that trusted
 * proxies vouch for. Where they vouch for nobody it is the proxy itself; this is a record, and refuses nobody.
 */
export class ClientAddresses {
  readonly #proxies: TrustedProxies;
  readonly #trustsAnyone: boolean;

  /** @param trustedProxies CIDRs and addresses, and perhaps the word `unix`; the configuration has checked them. */
  constructor(trustedProxies: readonly string[]) {
    this.#proxies = readTrustedProxies(trustedProxies);
    this.#trustsAnyone = trustedProxies.length > 0;
  }

  /** @param peer the socket's remote address; undefined on a unix socket. */
  of(peer: string | undefined, forwardedFor: string | string[] | undefined): string {
    const direct = plainAddress(peer) ?? 'unix';
    if (!this.#trustsAnyone || forwardedFor === undefined) return direct;
    const arrival = {
      isUnixSocket: peer === undefined,
      socketAddress: peer,
      forwardedFor: String(forwardedFor),
      hasOtherForwarding: false,
    };
    const found = resolvePeer(arrival, this.#proxies);
    return found.kind === 'address' ? found.address : direct;
  }

  /** Is it a proxy that may be believed what it says of the request? `peer` as above. */
  isProxy(peer: string | undefined): boolean {
    if (!this.#trustsAnyone) return false;
    const address = plainAddress(peer);
    return address === undefined
      ? this.#proxies.isUnixTrusted
      : isInNetworks(this.#proxies.networks, address);
  }
}
