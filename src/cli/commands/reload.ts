import type { ReloadResult } from '../../server/admin/admin-api.ts';
import { refusalText } from '../admin-client.ts';
import type { ClientOptions } from '../command-file.ts';
import { CommandFailure, exitCodes } from '../exit-code.ts';
import { openClient } from '../open-client.ts';
import { complaintText } from '../print-complaints.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice reload`: fails when the new configuration is refused, and says why. */
export async function run(options: ClientOptions, terminal: Terminal): Promise<number> {
  const answer = await openClient(options).ask('POST', '/admin/reload');
  if (answer.status !== 200 && answer.status !== 422) throw new CommandFailure(refusalText(answer));
  const result = answer.body as ReloadResult;
  if (options.json === true) terminal.printJson(result);
  else printResult(result, terminal);
  return result.status === 'reloaded' ? exitCodes.done : exitCodes.failed;
}

function printResult(result: ReloadResult, terminal: Terminal): void {
  terminal.print(result.status);
  for (const complaint of result.complaints) terminal.remark(complaintText(complaint));
  if (result.status === 'refused') terminal.remark('The configuration before it stays in force.');
  if (result.needs_restart.length > 0) {
    terminal.remark(`Taken up at the next start only: ${result.needs_restart.join(', ')}`);
  }
}
