import type { Clock } from '../../model/clock.ts';
import type { Script, SharedStore } from '../../storage/redis/shared-store.ts';
import {
  type AllowanceKind,
  type AllowanceStore,
  type Claim,
  type Had,
  type Hold,
  hadOf,
  isRefusal,
  type OutputWish,
  type Standing,
  type Verdict,
} from './allowance.ts';
import { beatScript, holdScript, settleScript } from './allowance-scripts.ts';
import { costHeld } from './fit-in.ts';
import type { PeriodWindow } from './period-window.ts';
import { uncounted } from './refuse.ts';
import { SharedHold } from './shared-hold.ts';

/** So often a replica says that it lives, while requests of it are under way. */
const BEAT_MS = 5_000;
/** Who has not said so for as long is believed to have died. */
const TTL_MS = 15_000;
/** A pot is kept for so long after its period: clocks differ, and requests take their time. */
const KEPT_MS = 86_400_000;
/** So many words for a store that is gone are kept until it is back, the latest. */
const UNSENT_MAX = 10_000;

export interface SharedAllowancesParts {
  readonly store: SharedStore;
  /** Counts while the store is gone, */
  readonly local: AllowanceStore;
  /** unless nobody is to be let in then whom a limit could refuse. */
  readonly onStoreLoss: 'local' | 'fail_closed';
  readonly hadBefore: (appId: string, window: PeriodWindow) => Had | Promise<Had>;
  /** The name of this process among the replicas; no slash is in it. */
  readonly replica: string;
  readonly clock: Clock;
}

/** One word that must reach the store, sooner or later. */
interface Unsent {
  readonly appId: string;
  readonly script: Script;
  readonly values: readonly (string | number)[];
}

/**
 * Counts where all replicas do. While the store is gone each counts for itself, from what its ledger knows, and what was
 * used meanwhile is told when the store is back.
 */
export class SharedAllowances implements AllowanceStore {
  readonly #parts: SharedAllowancesParts;
  readonly #stopBeating: () => void;
  /** Requests under way, by app. */
  readonly #underWay = new Map<string, number>();
  #unsent: Unsent[] = [];
  #sending: Promise<void> | undefined;
  #requests = 0;

  constructor(parts: SharedAllowancesParts) {
    this.#parts = parts;
    this.#stopBeating = parts.clock.every(BEAT_MS, () => void this.#beat());
  }

  hold(
    appId: string,
    claims: readonly Claim[],
    output: OutputWish,
    instead?: Hold,
  ): Verdict | Promise<Verdict> {
    if (this.#parts.store.isUp)
      return this.#holdShared(appId, claims, output, this.#passedOn(appId, instead));
    void instead?.settle(() => 0);
    return this.#holdHere(appId, claims, output);
  }

  /** The store forgets by itself. */
  keepOnly(appIds: ReadonlySet<string>): void {
    this.#parts.local.keepOnly(appIds);
  }

  /** After the last request: what has not been told yet is told now, if the store is there. */
  async stop(): Promise<void> {
    this.#stopBeating();
    await this.#send();
  }

  /** What the store is to give back in the same step, by its id. */
  #passedOn(appId: string, instead: Hold | undefined): string | undefined {
    if (!(instead instanceof SharedHold)) {
      void instead?.settle(() => 0);
      return undefined;
    }
    const id = instead.passOn();
    if (id !== undefined) this.#isOver(appId);
    return id;
  }

  async #holdShared(
    appId: string,
    claims: readonly Claim[],
    output: OutputWish,
    instead: string | undefined,
  ): Promise<Verdict> {
    const id = `${this.#parts.replica}/${this.#requests++}`;
    // What waited for a store that was gone goes before.
    if (this.#unsent.length > 0) void this.#send();
    try {
      const answer = await this.#ask(appId, [id, instead ?? ''], claims, output);
      if (answer[0] === 1) return this.#held(appId, id, claims, answer);
      const claim = claims[Number(answer[1]) - 1] as Claim;
      return { claim, standing: { used: Number(answer[2]), held: Number(answer[3]) } };
    } catch {
      // Nobody knows whether it was held, nor whether the other was given back.
      for (const unsure of instead === undefined ? [id] : [instead, id]) {
        void this.#tell(appId, settleScript, [unsure, 1]);
      }
      return this.#holdHere(appId, claims, output);
    }
  }

  async #ask(
    appId: string,
    ids: readonly [id: string, instead: string],
    claims: readonly Claim[],
    output: OutputWish,
  ): Promise<readonly unknown[]> {
    const answer = await this.#askOnce(appId, ids, claims, output, claims.map(befores));
    if (answer[0] !== 2) return answer;
    const before = await Promise.all(claims.map((one) => this.#hadOf(appId, one)));
    return this.#askOnce(appId, ids, claims, output, before);
  }

  async #askOnce(
    appId: string,
    ids: readonly [id: string, instead: string],
    claims: readonly Claim[],
    { most, least }: OutputWish,
    before: readonly (number | '')[],
  ): Promise<readonly unknown[]> {
    const base = baseOf(appId);
    const keys = claims.map((one) => base + nameOf(one));
    const values = claims.flatMap((one, at) => valuesOf(one, before[at] ?? ''));
    const answer = await this.#parts.store.run(holdScript, keys, [
      ...this.#head(appId),
      ...ids,
      most,
      least,
      ...values,
    ]);
    return Array.isArray(answer) ? answer : [];
  }

  async #hadOf(appId: string, { kind, window }: Claim): Promise<number> {
    return window === undefined ? 0 : hadOf(await this.#parts.hadBefore(appId, window), kind);
  }

  #held(appId: string, id: string, claims: readonly Claim[], [, tokens, ...rest]: readonly unknown[]): Hold {
    this.#underWay.set(appId, (this.#underWay.get(appId) ?? 0) + 1);
    const overdrawn = rest.slice(claims.length * 2);
    const outputTokens = Number(tokens);
    const aside = {
      outputTokens,
      costMicro: costHeld(claims, outputTokens),
      standings: claims.map((_claim, at) => standingFrom(rest, at)),
      overdrawn: claims.filter((_claim, at) => overdrawn.includes(at + 1)),
    };
    const settle = (had: (kind: AllowanceKind) => number) => {
      this.#isOver(appId);
      return this.#tellOver(appId, id, claims, had);
    };
    return new SharedHold(aside, settle, id);
  }

  /** What was used is told later: the store knows nothing of this request, but it shall of what that has cost. */
  async #holdHere(appId: string, claims: readonly Claim[], output: OutputWish): Promise<Verdict> {
    if (this.#parts.onStoreLoss === 'fail_closed' && claims.some(({ isShadow }) => !isShadow))
      throw uncounted();
    const verdict = await this.#parts.local.hold(appId, claims, output);
    if (isRefusal(verdict)) return verdict;
    const id = `${this.#parts.replica}/${this.#requests++}`;
    const settle = async (had: (kind: AllowanceKind) => number) => {
      await verdict.settle(had);
      await this.#tellOver(appId, id, claims, had);
    };
    return new SharedHold(verdict, settle, undefined);
  }

  #isOver(appId: string): void {
    this.#underWay.set(appId, (this.#underWay.get(appId) ?? 1) - 1);
  }

  #tellOver(
    appId: string,
    id: string,
    claims: readonly Claim[],
    had: (kind: AllowanceKind) => number,
  ): Promise<void> {
    const used = claims.flatMap((one) => [nameOf(one), hadFrom(one, had)]);
    return this.#tell(appId, settleScript, [id, 0, ...used]);
  }

  /** The key says on which node of a cluster. */
  #run(appId: string, script: Script, values: readonly (string | number)[]): Promise<unknown> {
    return this.#parts.store.run(script, [`${baseOf(appId)}holds`], [...this.#head(appId), ...values]);
  }

  #head(appId: string): (string | number)[] {
    return [baseOf(appId), this.#parts.replica, TTL_MS];
  }

  /** In order, and again while the store does not take it. */
  async #tell(appId: string, script: Script, values: readonly (string | number)[]): Promise<void> {
    this.#unsent.push({ appId, script, values });
    if (this.#unsent.length > UNSENT_MAX) this.#unsent.shift();
    await this.#send();
  }

  /** One at a time; who comes meanwhile waits for the one that is under way, which takes theirs along. */
  #send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#parts.store.isUp && this.#unsent.length > 0) {
      const batch = this.#unsent.splice(0, 100);
      const told = await Promise.allSettled(
        batch.map(({ appId, script, values }) => this.#run(appId, script, values)),
      );
      const failed = batch.filter((_one, at) => told[at]?.status === 'rejected');
      this.#unsent.unshift(...failed);
      if (failed.length > 0) return;
    }
  }

  async #beat(): Promise<void> {
    for (const [appId, requests] of this.#underWay) {
      if (requests === 0) this.#underWay.delete(appId);
      else await this.#run(appId, beatScript, []).catch(() => undefined);
    }
    await this.#send();
  }
}

/** Two numbers for each claim. */
function standingFrom(numbers: readonly unknown[], at: number): Standing {
  return { used: Number(numbers[at * 2]), held: Number(numbers[at * 2 + 1]) };
}

/** The braces keep all that is an app's on one node of a cluster. */
const baseOf = (appId: string): string => `sluice:{allowances:${appId}}:`;

const nameOf = ({ kind, window }: Claim): string =>
  window === undefined ? kind : `${kind}:${window.startMs}-${window.endMs}`;

function valuesOf(claim: Claim, before: number | ''): (string | number)[] {
  const { limit, amount, perOutputToken, isShadow } = claim;
  return [nameOf(claim), limit, amount, perOutputToken, isShadow ? 1 : 0, before, forgottenAt(claim)];
}

/** '' = in no period. What is never over is kept for ten thousand years. */
function forgottenAt({ window }: Claim): number | '' {
  return window === undefined ? '' : Math.min(window.endMs, 253_402_300_799_000) + KEPT_MS;
}

/** In no period nothing is used before; all else the ledger is asked, should the store not know. */
const befores = ({ window }: Claim): 0 | '' => (window === undefined ? 0 : '');

const hadFrom = ({ kind, window }: Claim, had: (kind: AllowanceKind) => number): number | '' =>
  window === undefined ? '' : had(kind);
