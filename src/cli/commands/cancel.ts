import type { CancelAnswer } from '../../server/admin/admin-api.ts';
import type { ClientOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { openClient } from '../open-client.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice cancel REQUEST`. */
export async function run(
  options: ClientOptions,
  terminal: Terminal,
  args: readonly string[],
): Promise<number> {
  const path = `/admin/api/cancel/${encodeURIComponent(args[0] ?? '')}`;
  const answer = await openClient(options).post<CancelAnswer>(path);
  if (options.json === true) terminal.printJson(answer);
  else terminal.print(`${answer.status} ${answer.request_id}`);
  return exitCodes.done;
}
