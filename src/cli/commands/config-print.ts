import { loadConfig } from '../../config/load.ts';
import { type DescribedKey, describeConfig } from '../../config/print.ts';
import type { GlobalOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { makeLoadRequest } from '../load-request.ts';
import type { Terminal } from '../terminal.ts';

interface PrintOptions extends GlobalOptions {
  readonly origin?: boolean;
}

/** `sluice config print`: the configuration a start would use, secrets masked; with `--origin`, where from. */
export async function run(options: PrintOptions, terminal: Terminal): Promise<number> {
  const { request } = await makeLoadRequest(options);
  const keys = describeConfig(loadConfig(request));
  if (options.json === true) terminal.printJson(options.origin === true ? keys : toObject(keys));
  else for (const key of keys) terminal.print(lineOf(key, options.origin === true));
  return exitCodes.done;
}

function toObject(keys: readonly DescribedKey[]): unknown {
  return Object.fromEntries(keys.map(({ key, value }) => [key, value]));
}

function lineOf({ key, value, origin }: DescribedKey, withOrigin: boolean): string {
  return `${key} = ${JSON.stringify(value)}${withOrigin ? `    # ${origin}` : ''}`;
}
