/** Gives every tool use of one history or answer an id of its own: the wanted one, or that with -2, -3 … behind it. */
export class FreeIds {
  readonly #taken = new Set<string>();
  /** How often each was wanted: thousands of equal ones must not each count from the start. */
  readonly #copies = new Map<string, number>();

  /** How many were taken: what an id can be made of where none was given. */
  get count(): number {
    return this.#taken.size;
  }

  take(wanted: string): string {
    let id = wanted;
    let copy = this.#copies.get(wanted) ?? 1;
    while (this.#taken.has(id)) id = `${wanted}-${++copy}`;
    this.#copies.set(wanted, copy);
    this.#taken.add(id);
    return id;
  }
}
