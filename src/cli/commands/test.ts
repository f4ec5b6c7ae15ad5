import type { BackendTest } from '../../server/admin/backends-api.ts';
import type { ClientOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { openClient } from '../open-client.ts';
import { type Cell, formatTable } from '../print-table.ts';
import type { Terminal } from '../terminal.ts';

export interface TestOptions extends ClientOptions {
  readonly model?: string;
}

/** `sluice test BACKEND`: 0 when it works as far as could be tried, 1 when it does not. */
export async function run(
  options: TestOptions,
  terminal: Terminal,
  [backend = '']: readonly string[],
): Promise<number> {
  const query = options.model === undefined ? '' : `?model=${encodeURIComponent(options.model)}`;
  const path = `/admin/api/backends/${encodeURIComponent(backend)}/test${query}`;
  const test = await openClient(options).post<BackendTest>(path);
  if (options.json === true) terminal.printJson(test);
  else terminal.print(formatTable(['STEP', 'RESULT', 'MS', 'WHAT IT SAID'], test.steps.map(rowOf)));
  return test.is_well ? exitCodes.done : exitCodes.failed;
}

const rowOf = ({ step, result, took_ms, told }: BackendTest['steps'][number]): Cell[] => [
  step,
  result,
  took_ms ?? '',
  told,
];
