/** Gives every tool use of one history or answer an id of its own: the wanted one, or that with -2, -3 … behind it. */
export class FreeIds {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    let id = wanted;
    for (let copy = 2; this.#taken.has(id); copy++) id = `${wanted}-${copy}`;
    this.#taken.add(id);
    return id;
  }
}
