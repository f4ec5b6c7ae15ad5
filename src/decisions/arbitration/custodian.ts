import type { CancelTimer } from '../../model/clock.ts';
import { custodyBeatMs } from './custody.ts';
import { type CustodyHouse, SharedCard, type SharedGroup } from './shared-card.ts';

/** How often it is looked whether custody could still be renewed. */
const FENCE_EVERY_MS = 500;

/**
 * Sees to it that of several replicas one at a time has each card: asks for it when somebody waits, says that it is
 * still there, gives it over when somebody more urgent waits elsewhere, and breaks off what runs when it could not keep
 * it. Nothing here is in the way of a request while no other replica wants the card.
 */
export class Custodian {
  readonly #house: CustodyHouse;
  readonly #cards = new Map<string, SharedCard>();
  #timers: CancelTimer[] = [];

  constructor(house: CustodyHouse) {
    this.#house = house;
    house.gate.onStir((group) => this.#cards.get(group)?.stir());
    house.store.onNews((news) => {
      if (news.what === 'connected') this.#each((card) => card.ask());
      else this.#cards.get(news.card)?.hear(news.what);
    });
  }

  /** The groups of the configuration in force. One that left it is given over when another replica wants it, once nobody uses it. */
  watch(groups: Iterable<SharedGroup>): void {
    for (const group of groups) {
      const known = this.#cards.get(group.name);
      if (known === undefined) this.#cards.set(group.name, new SharedCard(group, this.#house));
      else known.group = group;
    }
    if (this.#timers.length > 0) return;
    const { clock } = this.#house;
    this.#timers = [
      clock.every(custodyBeatMs, () => this.#each((card) => card.ask())),
      clock.every(FENCE_EVERY_MS, () => this.#each((card) => card.checkFence())),
    ];
  }

  /** For people: which cards are ours, and under which fencing number. */
  custodyOf(group: string): SharedCard['custody'] | undefined {
    return this.#cards.get(group)?.custody;
  }

  /** Gives everything over. Nobody may run any more. */
  async stop(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
    await Promise.all([...this.#cards.values()].map((card) => card.stop()));
    await this.#house.store.close();
  }

  #each(tell: (card: SharedCard) => void): void {
    for (const card of this.#cards.values()) tell(card);
  }
}
