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
  const models = formatModels(report.lanes);
  if (models !== undefined) terminal.print(`${models}\n`);
  terminal.print(report.requests.length === 0 ? 'No request is under way.' : formatCalls(report.requests));
  return exitCodes.done;
}

export function formatLanes(lanes: readonly LaneLine[]): string {
  return formatTable(
    ['LANE', 'MODE', 'RUNNING', 'SLOTS', 'QUEUED', 'LIMIT', 'LONGEST WAIT'],
    lanes.map((lane) => [
      lane.name,
      lane.draining ? `${lane.mode}, drained` : lane.mode,
      lane.running,
      lane.slots,
      lane.queued,
      lane.queue_max,
      lane.queued === 0 ? '-' : formatDurationMs(lane.oldest_wait_ms),
    ]),
  );
}

/** What is on the cards; undefined: no group has to know. */
export function formatModels(lanes: readonly LaneLine[]): string | undefined {
  const rows = lanes.flatMap((lane) => [
    ...lane.loaded.map((model) => [
      model.model,
      model.backend,
      lane.name,
      model.state,
      formatDurationMs(model.for_ms),
      model.in_use,
      model.waiting,
      model.vram_mib,
    ]),
    ...lane.strangers.map(({ backend, model }) => [
      model,
      backend,
      lane.name,
      'not ours',
      null,
      null,
      null,
      null,
    ]),
  ]);
  if (rows.length === 0) return undefined;
  return formatTable(
    ['LOADED MODEL', 'BACKEND', 'LANE', 'STATE', 'FOR', 'IN USE', 'WAITING', 'VRAM MIB'],
    rows,
  );
}

function formatCalls(calls: readonly RunningCall[]): string {
  return formatTable(
    ['REQUEST', 'APP', 'MODEL', 'BACKEND', 'STATE', 'WAITED', 'RUNNING', 'ETA', 'WAITS FOR'],
    calls.map((call) => [
      call.request_id,
      call.app_id,
      call.model,
      call.backend ?? call.lane,
      call.position === null ? call.state : `${call.state} (${call.position}.)`,
      formatDurationMs(call.queued_ms),
      call.state === 'running' ? formatDurationMs(call.running_ms) : '-',
      call.eta_ms === null ? '-' : formatDurationMs(call.eta_ms),
      call.why,
    ]),
  );
}
