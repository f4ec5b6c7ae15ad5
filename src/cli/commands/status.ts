import type {
  BackendLine,
  DatabaseLine,
  ReloadResult,
  SharedLine,
  StatusReport,
} from '../../server/admin/admin-api.ts';
import type { ClientOptions } from '../command-file.ts';
import { formatDurationS } from '../duration.ts';
import { CommandFailure, exitCodes } from '../exit-code.ts';
import { type Locations, locate } from '../locations.ts';
import { openClient } from '../open-client.ts';
import { type PidFileState, readPidFile } from '../pid-file.ts';
import { complaintText } from '../print-complaints.ts';
import { formatFacts, formatTable } from '../print-table.ts';
import type { Paint, Terminal } from '../terminal.ts';
import { formatLanes } from './running.ts';

interface StatusOptions extends ClientOptions {
  readonly pidFile?: string;
}

/** `sluice status`: the four outcomes of row 000-90 in words, and how the daemon is. */
export async function run(options: StatusOptions, terminal: Terminal): Promise<number> {
  const locations = locate(options);
  const pidFile = readPidFile(locations.pidFile);
  const answer = await ask(options);
  // A daemon that answers is running, whatever became of its PID file.
  const isRunning = 'report' in answer || pidFile.kind === 'running';
  if (options.json === true) terminal.printJson(jsonOf(isRunning, locations, pidFile, answer));
  else if (!isRunning) terminal.print(`Sluice is not running: ${whyStopped(pidFile, locations.pidFile)}.`);
  else if ('report' in answer) terminal.print(formatReport(answer.report, terminal.paint));
  else terminal.print(`Sluice is running with PID ${pidOf(pidFile)}, but does not answer: ${answer.failure}`);
  return isRunning ? exitCodes.done : exitCodes.stopped;
}

type Answer = { readonly report: StatusReport } | { readonly failure: string };

async function ask(options: StatusOptions): Promise<Answer> {
  try {
    return { report: await openClient(options).get<StatusReport>('/admin/api/status') };
  } catch (error) {
    if (error instanceof CommandFailure) return { failure: error.message };
    throw error;
  }
}

function whyStopped(state: PidFileState, path: string): string {
  if (state.kind === 'none') return `there is no PID file (${path})`;
  if (state.kind === 'empty') return `the PID file is empty (${path})`;
  return `the PID file is stale (${path})${state.kind === 'stale' ? `: ${state.why}` : ''}`;
}

function pidOf(state: PidFileState): number | undefined {
  return state.kind === 'running' || state.kind === 'stale' ? state.pid : undefined;
}

function jsonOf(isRunning: boolean, { pidFile }: Locations, state: PidFileState, answer: Answer): unknown {
  const file = { path: pidFile, state: state.kind };
  if ('report' in answer) return { ...answer.report, pid_file: file };
  if (isRunning)
    return { status: 'unresponsive', pid: pidOf(state), pid_file: file, message: answer.failure };
  return { status: 'stopped', pid_file: file, message: whyStopped(state, pidFile) };
}

function formatReport(report: StatusReport, paint: Paint): string {
  const { config } = report;
  const facts = formatFacts([
    ['version', `${report.version} on Node ${report.node}`],
    ['running for', formatDurationS(report.uptime_s)],
    ['listens on', report.addresses.join(', ')],
    ['admin on', report.admin_addresses.join(', ') || 'the control socket alone'],
    [
      'config',
      `${config.path}, generation ${config.generation}, loaded ${formatDurationS(config.age_s)} ago`,
    ],
    ['last reload', config.last_reload === null ? 'none' : reloadText(config.last_reload, paint)],
    ['requests', `${report.running} running, ${report.queued} queued`],
    ['ledger', ledgerText(report.database, paint)],
    ...(report.redis === null ? [] : [['redis', redisText(report.redis, paint)] as const]),
  ]);
  const what = report.status === 'draining' ? paint.yellow('is draining') : paint.green('is running');
  const parts = [`Sluice ${what} with PID ${report.pid}.`, facts, formatBackends(report.backends, paint)];
  if (report.lanes.length > 0) parts.push(formatLanes(report.lanes));
  return parts.join('\n\n');
}

function ledgerText({ postgres, waiting }: DatabaseLine, paint: Paint): string {
  const late = waiting === 0 ? '' : `, ${waiting} entries wait`;
  if (postgres === null) return `SQLite${late}`;
  if (postgres.state === 'well') return `SQLite and PostgreSQL${late}`;
  const why = postgres.why === null ? '' : `: ${postgres.why}`;
  return `SQLite; PostgreSQL is ${paint.red(postgres.state)} since ${postgres.since}${why}${late}`;
}

function reloadText(result: ReloadResult, paint: Paint): string {
  if (result.status === 'reloaded') return `${result.at}, taken up`;
  const complaints = result.complaints.map((complaint) => `\n  ${complaintText(complaint)}`);
  return `${result.at}, ${paint.red('refused')}; the one before stays in force${complaints.join('')}`;
}

function redisText({ state, last_error: why }: SharedLine, paint: Paint): string {
  if (state === 'up') return `${paint.green('up')}, replicas count together`;
  return `${paint.red('down')}, this daemon counts for itself${why === null ? '' : `: ${why}`}`;
}

function formatBackends(backends: readonly BackendLine[], paint: Paint): string {
  const painted = { up: paint.green('up'), down: paint.red('down'), unknown: paint.dim('unknown') };
  return formatTable(
    ['BACKEND', 'TYPE', 'STATE', 'RUNNING', 'SLOTS', 'GROUP', 'LAST ERROR'],
    backends.map((backend) => [
      backend.name,
      backend.type,
      painted[backend.state],
      backend.running,
      backend.concurrency,
      backend.group,
      backend.last_error,
    ]),
  );
}
