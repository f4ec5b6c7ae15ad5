/** Below this retries are nobody's storm: a quiet house may always try another backend. */
const freePerMinute = 10;
const seconds = 60;

/**
 * At most so many retries for each request of the last minute (`retry.budget`): when everything fails, asking
 * everybody twice makes it worse. Counted by seconds; pure, with monotonic time.
 */
export class RetryBudget {
  readonly #requests = new Float64Array(seconds);
  readonly #retries = new Float64Array(seconds);
  #second = 0;

  countRequest(nowMs: number): void {
    this.#turn(nowMs);
    this.#add(this.#requests);
  }

  /** Takes one retry out of the budget; false if there is none left. */
  take(nowMs: number, perRequest: number): boolean {
    this.#turn(nowMs);
    const allowed = Math.max(freePerMinute, sum(this.#requests) * perRequest);
    if (sum(this.#retries) + 1 > allowed) return false;
    this.#add(this.#retries);
    return true;
  }

  #add(counts: Float64Array): void {
    const at = this.#second % seconds;
    counts[at] = (counts[at] ?? 0) + 1;
  }

  #turn(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const first = Math.max(this.#second + 1, second - seconds + 1);
    for (let passed = first; passed <= second; passed++) {
      this.#requests[passed % seconds] = 0;
      this.#retries[passed % seconds] = 0;
    }
    this.#second = Math.max(this.#second, second);
  }
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
