/** What can be put among the deadlines. `heapIndex` is theirs to write; -1 = not among them. */
export interface Due {
  readonly deadlineMs: number;
  heapIndex: number;
}

/** Who must be turned away soonest: a binary heap whose members know their place, so that any may leave cheaply. */
export class Deadlines<T extends Due> {
  readonly #heap: T[] = [];

  get earliest(): T | undefined {
    return this.#heap[0];
  }

  /** A member without a finite deadline waits for ever and is not kept. */
  add(member: T): void {
    if (!Number.isFinite(member.deadlineMs)) return;
    this.#heap.push(member);
    this.#rise(member, this.#heap.length - 1);
  }

  remove(member: T): void {
    const at = member.heapIndex;
    if (at < 0) return;
    member.heapIndex = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === member) return;
    // The last member fills the gap; it may belong further up or further down.
    this.#rise(last, at);
    this.#sink(last, last.heapIndex);
  }

  #rise(member: T, from: number): void {
    let at = from;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = this.#heap[parentAt];
      if (parent === undefined || parent.deadlineMs <= member.deadlineMs) break;
      this.#put(parent, at);
      at = parentAt;
    }
    this.#put(member, at);
  }

  #sink(member: T, from: number): void {
    let at = from;
    for (;;) {
      const childAt = this.#earlierChild(at);
      const child = this.#heap[childAt];
      if (child === undefined || child.deadlineMs >= member.deadlineMs) break;
      this.#put(child, at);
      at = childAt;
    }
    this.#put(member, at);
  }

  #earlierChild(at: number): number {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    if (left === undefined || right === undefined) return 2 * at + 1;
    return right.deadlineMs < left.deadlineMs ? 2 * at + 2 : 2 * at + 1;
  }

  #put(member: T, at: number): void {
    this.#heap[at] = member;
    member.heapIndex = at;
  }
}
