import type { ReadinessReport } from '../../server/admin/admin-api.ts';
import type { ClientOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { openClient } from '../open-client.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice healthcheck`: for containers, which have no curl. */
export async function run(options: ClientOptions, terminal: Terminal): Promise<number> {
  const answer = await openClient(options).ask('GET', '/readyz');
  const report = answer.body as ReadinessReport | undefined;
  if (options.json === true) terminal.printJson(report ?? answer.text);
  else terminal.print(answer.status === 200 ? 'ready' : `not ready: ${reasons(report)}`);
  return answer.status === 200 ? exitCodes.done : exitCodes.failed;
}

function reasons(report: ReadinessReport | undefined): string {
  const failing = Object.entries(report?.checks ?? {}).filter(([, check]) => !check.healthy);
  return (
    failing.map(([name, check]) => `${name}: ${check.message}`).join('; ') || 'the daemon did not say why'
  );
}
