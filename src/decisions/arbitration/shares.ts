/** What the books need of a request. */
export interface Shareholder {
  readonly request: { readonly appId: string };
  /** Its app's share beside others; more is more. */
  readonly weight: number;
  /** What the account was charged for it when it was let in. */
  chargedMs: number;
}

/** What one app has had of a lane, in slot-milliseconds divided by its weight. */
class Account {
  settledMs = 0;
  /** What its requests that run are expected to take. */
  pendingMs = 0;
  waiting = 0;
  running = 0;

  get isActive(): boolean {
    return this.waiting + this.running > 0;
  }
}

/**
 * Who has had how much of a lane: deficit round robin per app, in the limit of rounds so short that they are not
 * seen (start-time fair queueing). An app is charged what it is expected to take when it is let in, and what it
 * really took when it is done: slot-seconds, not requests, so a long stream spends its app's share. Whoever has the
 * least on its account goes first, so two apps that both always have work are never further apart than one
 * request.
 *
 * Time without work earns nothing: who comes back begins where those are who were served meanwhile. The books are
 * opened when somebody must wait and closed when the lane is empty; a lane that is never crowded keeps none.
 */
export class Shares {
  readonly #accounts = new Map<string, Account>();
  /** Where the app stood that was let in last: where newcomers begin. */
  #beginMs = 0;
  #active = 0;

  /** Nobody waits and nobody runs: these books may be thrown away. */
  get isIdle(): boolean {
    return this.#active === 0;
  }

  /** What the app has had; the smallest goes first. */
  standingOf(appId: string): number {
    const account = this.#accounts.get(appId);
    return account === undefined ? 0 : account.settledMs + account.pendingMs;
  }

  join(ticket: Shareholder): void {
    this.#activate(ticket).waiting++;
    this.#active++;
  }

  leave(ticket: Shareholder): void {
    const account = this.#accounts.get(ticket.request.appId);
    if (account === undefined) return;
    account.waiting--;
    this.#active--;
  }

  /** It is let in. Who has waited leaves after this, so that its app is never out of the books in between. */
  start(ticket: Shareholder, expectedMs: number): void {
    const account = this.#activate(ticket);
    this.#beginMs = Math.max(this.#beginMs, account.settledMs);
    ticket.chargedMs = expectedMs / ticket.weight;
    account.pendingMs += ticket.chargedMs;
    account.running++;
    this.#active++;
  }

  end(ticket: Shareholder, heldMs: number): void {
    const account = this.#accounts.get(ticket.request.appId);
    if (account === undefined) return;
    account.settledMs += heldMs / ticket.weight;
    account.running--;
    this.#active--;
    // Not a difference but nothing: sums of fractions do not come out even.
    account.pendingMs = account.running === 0 ? 0 : account.pendingMs - ticket.chargedMs;
    this.#forgetMany();
  }

  #activate({ request: { appId } }: Shareholder): Account {
    let account = this.#accounts.get(appId);
    if (account === undefined) {
      account = new Account();
      this.#accounts.set(appId, account);
    }
    if (!account.isActive) account.settledMs = Math.max(account.settledMs, this.#beginMs);
    return account;
  }

  /** A lane that is never empty would keep every app that ever came. */
  #forgetMany(): void {
    if (this.#accounts.size <= 2 * this.#active + 64) return;
    for (const [appId, account] of this.#accounts) if (!account.isActive) this.#accounts.delete(appId);
  }
}
