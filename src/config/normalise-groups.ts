import type { SequenceGroup } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { BackendsFile } from './schema/backends-schema.ts';
import type { GroupEntry } from './schema/group-schema.ts';
import { SECONDS_MAX, toMs } from './seconds.ts';

/** Where the group knows which model is loaded, unless it says otherwise (predecessors 2.8). */
const AFFINITY = { batchMax: 8, holdMaxMs: 30_000 };

/** Sequence groups with their defaults. */
export function normaliseGroups(
  section: ConfigSection,
  file: Partial<BackendsFile>,
): ReadonlyMap<string, SequenceGroup> {
  const groups = new Map<string, SequenceGroup>();
  for (const [name, group] of Object.entries(file.sequence_groups ?? {})) {
    warnOfCapacity(section, name, group ?? {});
    groups.set(name, normaliseGroup(name, group ?? {}));
  }
  return groups;
}

/** Only `sets` counts memory, and without knowing how much there is it counts nothing. */
function warnOfCapacity(section: ConfigSection, name: string, { mode, capacity_vram_mib }: GroupEntry): void {
  const path = ['sequence_groups', name];
  if (mode !== 'sets' && capacity_vram_mib !== undefined) {
    const instead = mode === 'swap' ? 'one model is loaded at a time' : 'one request runs at a time';
    section.warn(
      [...path, 'capacity_vram_mib'],
      `has no effect in mode ${mode ?? 'serial'}, where ${instead}; write \`mode: sets\`, or remove it`,
    );
  }
  if (mode === 'sets' && capacity_vram_mib === undefined)
    section.warn(
      [...path, 'mode'],
      'sets loads one model at a time as long as it does not know what fits; give `capacity_vram_mib`, or write `swap`',
    );
}

function normaliseGroup(name: string, group: GroupEntry): SequenceGroup {
  return {
    name,
    description: group.description ?? '',
    mode: group.mode ?? 'serial',
    capacityVramMib: group.capacity_vram_mib,
    affinity: affinity(group),
    unloadOnSwitch: group.unload_on_switch,
    queueMax: places(group.max_queue, 64),
    queuePerAppMax: places(group.max_queue_per_app, 16),
    queueWaitMaxMs: waitMs(group.max_queue_wait_s),
    heldMaxMs: heldMaxMs(group.max_hold_s),
    onStoreLoss: group.on_store_loss ?? 'fail_closed',
    keepalive: group.keepalive ?? 'comment',
    headerHoldMs: group.header_hold_ms ?? 4_000,
  };
}

/** A serial group keeps the order of arrival, as ever, unless it asks for more. */
function affinity({ mode, affinity }: GroupEntry): SequenceGroup['affinity'] {
  if (affinity === undefined) return mode === undefined || mode === 'serial' ? undefined : AFFINITY;
  const { max_batch, max_hold_s } = affinity;
  return {
    batchMax: max_batch ?? AFFINITY.batchMax,
    holdMaxMs: max_hold_s === undefined ? AFFINITY.holdMaxMs : toMs(max_hold_s),
  };
}

function places(value: number | string | null | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}

/** "No end" is the longest a timer can hold, 24 days: `setTimeout(…, Infinity)` would fire at once. */
function waitMs(value: number | string | null | undefined): number {
  if (value === undefined) return 120_000;
  return toMs(typeof value === 'number' ? value : SECONDS_MAX);
}

/** Long enough for any picture (predecessors 2.7: twenty minutes), so that the default names only what is stuck. */
function heldMaxMs(value: number | null | undefined): number {
  if (value === undefined) return 1_800_000;
  return value === null || value === 0 ? Number.POSITIVE_INFINITY : toMs(value);
}
