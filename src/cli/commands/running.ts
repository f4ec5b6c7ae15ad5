import type { LaneLine, RunningCall, RunningReport } from '../../server/admin/admin-api.ts';
import type { ClientOptions } from '../command-file.ts';
import { formatDurationMs } from '../duration.ts';
import { exitCodes } from '../exit-code.ts';
import { openClient } from '../open-client.ts';
import { formatTable } from '../print-table.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice running`: the lanes, and who is in them. */
export async function run(options: ClientOptions, terminal: Terminal): Promise<number> {
  const report = await openClient(options).get<RunningReport>('/admin/api/running');
  if (options.json === true) {
    terminal.printJson(report);
    return exitCodes.done;
  }
  if (report.lanes.length > 0) terminal.print(`${formatLanes(report.lanes)}\n`);
  terminal.print(report.requests.length === 0 ? 'No request is under way.' : formatCalls(report.requests));
  return exitCodes.done;
}

export function formatLanes(lanes: readonly LaneLine[]): string {
  return formatTable(
    ['LANE', 'MODE', 'RUNNING', 'SLOTS', 'QUEUED', 'LIMIT', 'LONGEST WAIT'],
    lanes.map((lane) => [
      lane.name,
      lane.mode,
      lane.running,
      lane.slots,
      lane.queued,
      lane.queue_max,
      lane.queued === 0 ? '-' : formatDurationMs(lane.oldest_wait_ms),
    ]),
  );
}

function formatCalls(calls: readonly RunningCall[]): string {
  return formatTable(
    ['REQUEST', 'APP', 'MODEL', 'BACKEND', 'STATE', 'WAITED', 'RUNNING', 'WAITS FOR'],
    calls.map((call) => [
      call.request_id,
      call.app_id,
      call.model,
      call.backend ?? call.lane,
      call.position === null ? call.state : `${call.state} (${call.position}.)`,
      formatDurationMs(call.queued_ms),
      call.state === 'running' ? formatDurationMs(call.running_ms) : '-',
      call.why,
    ]),
  );
}
