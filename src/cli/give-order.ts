import type { ClientOptions } from './command-file.ts';
import { exitCodes } from './exit-code.ts';
import { openClient } from './open-client.ts';
import type { Terminal } from './terminal.ts';

/**
 * Gives the daemon an order about one thing and prints what became of it. `path` has `{}` where the name of the thing
 * goes. Throws what `AdminClient.post` throws.
 */
export async function giveOrder(
  options: ClientOptions,
  terminal: Terminal,
  path: string,
  name: string | undefined,
): Promise<number> {
  const named = path.replace('{}', () => encodeURIComponent(name ?? ''));
  const answer = await openClient(options).post<{ readonly status: string }>(named);
  if (options.json === true) terminal.printJson(answer);
  else terminal.print(`${answer.status} ${name}`);
  return exitCodes.done;
}
