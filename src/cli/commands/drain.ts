import type { ClientOptions } from '../command-file.ts';
import { giveOrder } from '../give-order.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice drain GROUP`. */
export function run(options: ClientOptions, terminal: Terminal, args: readonly string[]): Promise<number> {
  return giveOrder(options, terminal, '/admin/api/groups/{}/drain', args[0]);
}
