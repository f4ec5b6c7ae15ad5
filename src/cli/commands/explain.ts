import type { ExplainedBackend, Explanation } from '../../server/admin/admin-api.ts';
import type { ClientOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { openClient } from '../open-client.ts';
import { formatTable } from '../print-table.ts';
import type { Terminal } from '../terminal.ts';

interface ExplainOptions extends ClientOptions {
  readonly app: string;
  readonly model?: string;
  readonly op: string;
}

/** `sluice explain`: who would serve this, in what order, and why not the others. Nothing is sent anywhere. */
export async function run(options: ExplainOptions, terminal: Terminal): Promise<number> {
  const query = new URLSearchParams({ app: options.app, model: options.model ?? '', operation: options.op });
  const explanation = await openClient(options).get<Explanation>(`/admin/api/explain?${query.toString()}`);
  if (options.json === true) terminal.printJson(explanation);
  else terminal.print(formatExplanation(explanation));
  return exitCodes.done;
}

function formatExplanation(explanation: Explanation): string {
  const { verdict, candidates, excluded } = explanation;
  const asked = explanation.asked_model === '' ? '(no model named)' : explanation.asked_model;
  const resolved = explanation.resolved_model;
  const lines = [
    `${explanation.operation} for ${explanation.app_id}: ${asked}${resolved === null || resolved === asked ? '' : ` -> ${resolved}`}`,
    verdict.is_allowed
      ? `allowed: ${verdict.reason}`
      : `refused: ${verdict.reason} (${verdict.code ?? 'refused'})`,
  ];
  lines.push('', candidates.length === 0 ? 'Nobody would serve it.' : 'Would be tried in this order:');
  if (candidates.length > 0) lines.push(formatBackends(candidates));
  if (excluded.length > 0) lines.push('', 'Would not be tried:', formatBackends(excluded));
  return lines.join('\n');
}

function formatBackends(backends: readonly ExplainedBackend[]): string {
  return formatTable(
    ['BACKEND', 'MODEL', 'WHY'],
    backends.map(({ backend, model, why }) => [backend, model, why]),
  );
}
