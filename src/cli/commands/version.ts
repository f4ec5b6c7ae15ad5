import type { GlobalOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { packageVersion } from '../package-version.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice version`. */
export async function run(options: GlobalOptions, terminal: Terminal): Promise<number> {
  const version = packageVersion();
  if (options.json === true) terminal.printJson({ version, node: process.version });
  else terminal.print(version);
  return exitCodes.done;
}
