/** What a line needs of those who stand in it. */
export interface Linked<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * First come, first served; anybody may step out from anywhere at once. Linked by hand, because a `Set` that is
 * emptied from its front looks through the holes of all who left before it finds the first.
 */
export class Line<T extends Linked<T>> {
  #first: T | undefined;
  #last: T | undefined;
  #length = 0;

  get first(): T | undefined {
    return this.#first;
  }

  get length(): number {
    return this.#length;
  }

  append(member: T): void {
    member.previous = this.#last;
    if (this.#last === undefined) this.#first = member;
    else this.#last.next = member;
    this.#last = member;
    this.#length++;
  }

  /** `member` must stand in this line. */
  remove(member: T): void {
    if (member.previous === undefined) this.#first = member.next;
    else member.previous.next = member.next;
    if (member.next === undefined) this.#last = member.previous;
    else member.next.previous = member.previous;
    member.previous = undefined;
    member.next = undefined;
    this.#length--;
  }
}
