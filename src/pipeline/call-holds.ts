import type { Entry } from '../decisions/accounting/entry.ts';
import type { AllowanceKind, Hold } from '../decisions/allowances/allowance.ts';

/** What is set aside for one call: as a request, and for asking the backend it is at. Made only where something is. */
export class CallHolds {
  #request: Hold | undefined;
  #leg: Hold | undefined;

  asRequest(hold: Hold): void {
    this.#request = hold;
  }

  forLeg(hold: Hold): void {
    this.#leg = hold;
  }

  /** What was set aside for a backend that could not do it, and used nothing; whoever takes it gives it back. */
  takeLeg(): Hold | undefined {
    const leg = this.#leg;
    this.#leg = undefined;
    return leg;
  }

  /** What it may cost at worst, where that is limited. */
  get costMicro(): number {
    return this.#leg?.costMicro ?? 0;
  }

  /** The call is over: it had what its entry says. */
  settle(entry: Entry): void {
    const had = (kind: AllowanceKind) => hadBy(entry, kind);
    void this.#request?.settle(had);
    void this.#leg?.settle(had);
  }
}

function hadBy({ usage, costMicro, outcome }: Entry, kind: AllowanceKind): number {
  switch (kind) {
    case 'concurrency':
      return 0;
    case 'requests':
      return outcome === 'refused' ? 0 : 1;
    case 'input_tokens':
      return usage?.inputTokens ?? 0;
    case 'output_tokens':
      return usage?.outputTokens ?? 0;
    case 'cost':
      return costMicro;
  }
}
