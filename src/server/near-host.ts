import { BlockList, isIP } from 'node:net';
import { isInNetworks, isLoopback } from './peer-address.ts';

const near = new BlockList();
// RFC 1918, carriers' and overlay networks (RFC 6598), link-local, and their IPv6 sisters.
near.addSubnet('10.0.0.0', 8);
near.addSubnet('172.16.0.0', 12);
near.addSubnet('192.168.0.0', 16);
near.addSubnet('100.64.0.0', 10);
near.addSubnet('169.254.0.0', 16);
near.addSubnet('fc00::', 7, 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');

const nearNames = ['.localhost', '.local', '.lan', '.internal', '.home.arpa'];

/** Is this host on this machine or in this network, as far as its name or address tells? IPv6 without brackets. */
export function isNearHost(host: string): boolean {
  if (isIP(host) !== 0) return isLoopback(host) || isInNetworks(near, host);
  return !host.includes('.') || nearNames.some((ending) => host.endsWith(ending));
}
