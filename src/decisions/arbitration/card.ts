import type { Residency } from '../../model/model-keeper.ts';
import type { AffinityLimits, GroupLimits, GroupMode, ModelFacts } from './lane-limits.ts';
import { Resident } from './resident.ts';

/** Names come from clients where a backend takes any model; so many that are neither loaded nor wanted are kept. */
const strangersMax = 64;

const noAffinity: AffinityLimits = { batchMax: 0, holdMaxMs: 0 };

/**
 * What a group shares, a graphics card as a rule, and which models are on it: bookkeeping without a clock or a
 * decision. Only groups that need to know about models have one.
 */
export class Card {
  readonly name: string;
  readonly residents = new Map<string, Resident>();
  limits: GroupLimits;
  /** For whom room is being made: those in its way are expiring or unloading. */
  incoming: Resident | undefined;
  /** When time alone may change what is to be done here. */
  wakeAtMs = Number.POSITIVE_INFINITY;

  constructor(name: string, limits: GroupLimits) {
    this.name = name;
    this.limits = limits;
  }

  get mode(): GroupMode {
    return this.limits.mode ?? 'serial';
  }

  get affinity(): AffinityLimits {
    return this.limits.affinity ?? noAffinity;
  }

  /** A serial group leaves loading to the backends, as ever, unless it is told to unload on a switch. */
  get isDriven(): boolean {
    return this.mode !== 'serial' || this.unloadsOnSwitch;
  }

  get unloadsOnSwitch(): boolean {
    return this.limits.unloadOnSwitch ?? this.mode !== 'serial';
  }

  residentOf(residency: Residency, facts: ModelFacts = {}): Resident {
    let resident = this.residents.get(residency.key);
    if (resident === undefined) {
      resident = new Resident(residency);
      this.residents.set(residency.key, resident);
    }
    resident.residency = residency;
    resident.unloadAfterMs = facts.unloadAfterMs;
    resident.isWarm = facts.isWarm === true;
    return resident;
  }

  /** Those that take room, in whatever state. */
  onCard(): Resident[] {
    return [...this.residents.values()].filter((resident) => resident.isOnCard);
  }

  /** Could `newcomer` be on the card beside all of these? */
  hasRoomFor(newcomer: Resident, beside: readonly Resident[]): boolean {
    if (beside.length === 0) return true;
    if (this.mode !== 'sets') return false;
    const { capacityVramMib } = this.limits;
    if (capacityVramMib === undefined) return false;
    let sumMib = 0;
    for (const { residency } of [newcomer, ...beside]) {
      // A model that declares nothing might need everything.
      if (residency.vramMib === undefined) return false;
      sumMib += residency.vramMib;
    }
    return sumMib <= capacityVramMib;
  }

  wakeBy(atMs: number): void {
    if (atMs < this.wakeAtMs) this.wakeAtMs = atMs;
  }

  /** Says which of those that are neither loaded nor wanted nor in `configured` are forgotten, if there are too many. */
  forgetStrangers(configured: (resident: Resident) => boolean): Resident[] {
    if (this.residents.size <= strangersMax) return [];
    const strangers = [...this.residents.values()].filter(
      (resident) => !(resident.isOnCard || resident.isWanted || configured(resident)),
    );
    for (const { residency } of strangers) this.residents.delete(residency.key);
    return strangers;
  }
}
