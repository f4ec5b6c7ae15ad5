import type { Tally } from '../decisions/accounting/tally.ts';
import type { LaneRequest } from '../decisions/arbitration/lane-limits.ts';
import type { LaneView, ResidentView, RunningView, WaitingView } from '../decisions/arbitration/lane-view.ts';
import { fromMicroUnits } from '../model/money.ts';
import type { ActiveCall } from '../pipeline/active-calls.ts';
import type {
  BackendLine,
  LaneLine,
  LiveApp,
  LiveBackend,
  LiveReport,
  LoadedModel,
  RunningCall,
} from './admin/admin-api.ts';
import type { Sums } from './admin/usage-api.ts';
import type { BuiltHouse } from './built-house.ts';
import { iso, isoOrNull } from './iso-moment.ts';

/** `GET /stats/live`: who runs, who waits and for what, and the sums of today, from memory. */
export function liveReport(house: BuiltHouse): LiveReport {
  const view = house.arbiter.view();
  const calls = runningCalls(house);
  return {
    at: iso(house.clock.nowMs()),
    per_backend: perBackend(house, view),
    per_group: Object.fromEntries(
      view.groups.map((group) => [
        group.name,
        { running: group.running.length, queued: group.waiting.length, queue_len: group.waiting.length },
      ]),
    ),
    per_app: perApp(house, calls),
    lanes: laneLines(house, view).map((lane) => ({
      ...lane,
      requests: calls.filter((call) => call.lane === lane.name),
    })),
  };
}

/** The queues: one line a group, then one a backend outside every group. */
export function laneLines(house: BuiltHouse, view: LaneView = house.arbiter.view()): LaneLine[] {
  const configured = house.snapshot().config.backends.groups;
  const groups = view.groups.map((group) => ({
    ...laneLine(group.name, 'group', group.mode, group.slots, group.queueMax, group),
    draining: group.isPaused,
    loaded: group.residents.map(loadedModel),
    strangers: group.strangers,
    description: configured.get(group.name)?.description ?? '',
  }));
  const backends = view.backends
    .filter((backend) => backend.group === undefined)
    .map((backend) => laneLine(backend.name, 'backend', 'parallel', backend.concurrency, undefined, backend));
  return [...groups, ...backends];
}

function laneLine(
  name: string,
  kind: LaneLine['kind'],
  mode: string,
  slots: number,
  queueMax: number | undefined,
  lane: { readonly running: readonly RunningView[]; readonly waiting: readonly WaitingView[] },
): LaneLine {
  return {
    name,
    kind,
    mode,
    description: '',
    running: lane.running.length,
    slots,
    queued: lane.waiting.length,
    queue_max: queueMax === undefined || !Number.isFinite(queueMax) ? null : queueMax,
    oldest_wait_ms: Math.round(Math.max(0, ...lane.waiting.map((ticket) => ticket.waitedMs))),
    draining: false,
    loaded: [],
    strangers: [],
  };
}

function loadedModel(resident: ResidentView): LoadedModel {
  return {
    backend: resident.backend,
    model: resident.model,
    state: resident.state,
    for_ms: Math.round(resident.forMs),
    in_use: resident.inUse,
    waiting: resident.waiting,
    vram_mib: resident.vramMib ?? null,
  };
}

export function backendLines(house: BuiltHouse): BackendLine[] {
  const view = house.arbiter.view();
  return [...house.snapshot().backends.values()].map((backend) => {
    const lane = view.backends.find((candidate) => candidate.name === backend.name);
    const health = house.watch.healthOf(backend.name);
    return {
      name: backend.name,
      type: backend.config.type,
      group: backend.config.sequenceGroup ?? null,
      base_url: backend.origin === undefined ? null : backend.origin + backend.basePath,
      state: health.state,
      running: lane?.running.length ?? 0,
      concurrency: backend.config.concurrency,
      last_error: health.lastError ?? null,
      checked_at: isoOrNull(health.checkedAtMs),
    };
  });
}

/** Every call under way. Why one waits is a sentence of the referee's. */
export function runningCalls(house: BuiltHouse): RunningCall[] {
  const view = house.arbiter.view();
  const waiting = new Map<LaneRequest | undefined, WaitingView>();
  for (const lane of [...view.groups, ...view.backends]) {
    for (const ticket of lane.waiting) waiting.set(ticket.request, ticket);
  }
  const groups = new Map(view.backends.map((backend) => [backend.name, backend.group]));
  const nowMs = house.clock.monotonicMs();
  return [...house.calls.all()].map((call) => {
    const ticket = waiting.get(call.laneRequest);
    const lane = call.backend === undefined ? null : (groups.get(call.backend) ?? call.backend);
    return describeCall(call, ticket, lane, nowMs);
  });
}

function describeCall(
  call: ActiveCall,
  ticket: WaitingView | undefined,
  lane: string | null,
  nowMs: number,
): RunningCall {
  const ageMs = Math.round(nowMs - call.startedMs);
  const queuedMs = ticket === undefined ? Math.round(call.queuedMs) : Math.round(ticket.waitedMs);
  return {
    request_id: call.exchange.requestId,
    app_id: call.appId ?? '',
    operation: call.exchange.dialect.operation,
    model: call.model ?? '',
    backend: call.backend ?? null,
    lane,
    state: ticket === undefined ? 'running' : 'queued',
    position: ticket?.position ?? null,
    why: ticket?.why ?? null,
    eta_ms: ticket?.etaMs === undefined ? null : Math.round(ticket.etaMs),
    stream: call.isStream,
    queued_ms: queuedMs,
    running_ms: ticket === undefined ? Math.max(0, ageMs - queuedMs) : 0,
  };
}

function perBackend(house: BuiltHouse, view: LaneView): Record<string, LiveBackend> {
  const sums = new Map<string, Sums>();
  for (const { backend, tally } of house.totals.byModel(house.clock.nowMs())) {
    sums.set(backend, addSums(sums.get(backend), tally));
  }
  return Object.fromEntries(
    view.backends.map((lane) => [
      lane.name,
      {
        ...(sums.get(lane.name) ?? noSums),
        running: lane.running.length,
        in_flight: lane.running.length,
        queue_len: lane.waiting.length,
        state: house.watch.healthOf(lane.name).state,
      },
    ]),
  );
}

function perApp(house: BuiltHouse, calls: readonly RunningCall[]): Record<string, LiveApp> {
  const totals = house.totals.byApp(house.clock.nowMs());
  const names = new Set([
    ...totals.keys(),
    ...calls.map((call) => call.app_id).filter((name) => name !== ''),
  ]);
  return Object.fromEntries(
    [...names].map((name) => {
      const own = calls.filter((call) => call.app_id === name);
      const tally = totals.get(name);
      return [
        name,
        {
          ...(tally === undefined ? noSums : addSums(undefined, tally)),
          running: own.filter((call) => call.state === 'running').length,
          queued: own.filter((call) => call.state === 'queued').length,
        },
      ];
    }),
  );
}

const noSums: Sums = {
  requests: 0,
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  cost: 0,
  latency_ms: 0,
};

function addSums(sums: Sums | undefined, tally: Readonly<Tally>): Sums {
  const before = sums ?? noSums;
  return {
    requests: before.requests + tally.requests,
    prompt_tokens: before.prompt_tokens + tally.promptTokens,
    completion_tokens: before.completion_tokens + tally.completionTokens,
    total_tokens: before.total_tokens + tally.totalTokens,
    cost: before.cost + fromMicroUnits(tally.costMicro),
    latency_ms: before.latency_ms + tally.latencyMs,
  };
}
