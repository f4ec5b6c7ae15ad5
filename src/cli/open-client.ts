import { type AdminAddress, AdminClient } from './admin-client.ts';
import type { ClientOptions } from './command-file.ts';
import { locate } from './locations.ts';

/** The client of a command: over the control socket of the configuration directory, unless a flag says otherwise. */
export function openClient(options: ClientOptions): AdminClient {
  return new AdminClient(addressOf(options), options.timeout * 1000);
}

function addressOf(options: ClientOptions): AdminAddress {
  if (options.adminUrl !== undefined) return { kind: 'url', url: options.adminUrl };
  return { kind: 'socket', path: options.unixSocket ?? locate(options).controlSocket };
}
