import { createInterface } from 'node:readline/promises';

import { configFilesExist } from '../../config/load.ts';
import type { GlobalOptions } from '../command-file.ts';
import { CommandFailure, exitCodes } from '../exit-code.ts';
import { printFirstRun, writeFirstRun } from '../first-run.ts';
import { makeLoadRequest } from '../load-request.ts';
import { locate } from '../locations.ts';
import { firstRunJson } from '../started.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice init`: the first configuration without the first start. What exists is never touched. */
export async function run(options: GlobalOptions, terminal: Terminal): Promise<number> {
  const { request, catalog } = await makeLoadRequest(options);
  const { configDir } = locate(options);
  if (configFilesExist(request)) {
    throw new CommandFailure(
      `There is a configuration in ${configDir} already; \`sluice check\` looks it over.`,
    );
  }
  if (!(await isWanted(configDir, terminal))) {
    terminal.remark('Nothing was written.');
    return exitCodes.failed;
  }
  const first = await writeFirstRun(configDir, catalog);
  if (options.json === true) {
    terminal.printJson(firstRunJson(first));
    return exitCodes.done;
  }
  printFirstRun(
    first,
    { addresses: ['http://127.0.0.1:8080'], adminAddresses: ['http://127.0.0.1:8081'] },
    terminal,
  );
  terminal.print('`sluice start` starts it.');
  return exitCodes.done;
}

/** Scripts are not asked. */
async function isWanted(configDir: string, terminal: Terminal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true;
  terminal.print(
    `Three commented files will be written to ${configDir}: daemon.json, backends.json, apps.json.`,
  );
  terminal.print(
    'They hold the backend "echo", every local runtime that answers now, and one app with a new key.',
  );
  const questions = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^(y|yes|)$/i.test((await questions.question('Go on? [Y/n] ')).trim());
  } finally {
    questions.close();
  }
}
