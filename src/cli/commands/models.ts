import type { ModelsReport } from '../../server/admin/admin-api.ts';
import type { ClientOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { openClient } from '../open-client.ts';
import { formatTable } from '../print-table.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice models`. */
export async function run(options: ClientOptions, terminal: Terminal): Promise<number> {
  const report = await openClient(options).get<ModelsReport>('/admin/api/models');
  if (options.json === true) {
    terminal.printJson(report);
    return exitCodes.done;
  }
  const rows = report.models.map((model) => [
    model.id,
    model.backends.join(', '),
    model.operations.join(', '),
    model.aliases.join(', '),
  ]);
  terminal.print(formatTable(['MODEL', 'BACKENDS', 'OPERATIONS', 'ALIASES'], rows));
  return exitCodes.done;
}
