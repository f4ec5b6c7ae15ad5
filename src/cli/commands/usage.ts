import type { UsageReport, UsageRow, UsageSums } from '../../server/admin/usage-api.ts';
import type { ClientOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { openClient } from '../open-client.ts';
import { type Cell, formatTable } from '../print-table.ts';
import type { Terminal } from '../terminal.ts';

interface UsageOptions extends ClientOptions {
  readonly app?: string;
  readonly since?: string;
  readonly until?: string;
  readonly by: string;
}

/** `sluice usage`, out of the ledger. */
export async function run(options: UsageOptions, terminal: Terminal): Promise<number> {
  const report = await openClient(options).get<UsageReport>(`/admin/api/usage?${queryOf(options)}`);
  if (options.json === true) terminal.printJson(report);
  else terminal.print(formatUsage(report));
  if (report.notice !== undefined) terminal.remark(report.notice);
  return exitCodes.done;
}

function queryOf(options: UsageOptions): string {
  const query = new URLSearchParams({ group_by: options.by });
  if (options.app !== undefined) query.set('app_id', options.app);
  if (options.since !== undefined) query.set('since', options.since);
  if (options.until !== undefined) query.set('until', options.until);
  return query.toString();
}

function formatUsage(report: UsageReport): string {
  const keys = report.group_by.map((word) => (word === 'app' ? 'app_id' : word));
  const headings = [
    ...report.group_by,
    'requests',
    'errors',
    'prompt',
    'completion',
    'cost',
    'mean time',
    'unpriced',
  ];
  const rows = report.rows.map((row) => [...keys.map((key) => labelOf(row, key)), ...sumCells(row)]);
  const total = [...keys.map((_key, at) => (at === 0 ? 'total' : '')), ...sumCells(report.totals)];
  return formatTable(
    headings.map((heading) => heading.toUpperCase()),
    [...rows, total],
  );
}

function labelOf(row: UsageRow, key: keyof UsageRow): Cell {
  return row[key];
}

function sumCells(sums: UsageSums): Cell[] {
  return [
    sums.requests,
    sums.errors,
    sums.prompt_tokens,
    sums.completion_tokens,
    `${sums.cost.toFixed(sums.cost !== 0 && sums.cost < 1 ? 6 : 2)} ${sums.currency}`.trimEnd(),
    sums.requests === 0 ? '-' : `${(sums.latency_ms / sums.requests / 1000).toFixed(2)}s`,
    sums.unpriced_requests,
  ];
}
