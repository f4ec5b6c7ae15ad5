/** What a roster needs of whoever stands in it: a place to note its number. -1 = not in it. */
export interface Enrolled {
  rosterIndex: number;
}

/**
 * Who is here just now: added and removed once per request, looked through once a second. A `Set` would do,
 * but for one thing: as requests come and go it makes itself a new table again and again, every old table goes on
 * pointing to the next one and to whoever stood in it, and once a table is old enough to be spared by the
 * quick garbage collections, they spare every request since, too. (Measured here: a quarter of each young
 * generation was carried over, and collecting took a third of the processor.) An array with the gap filled
 * from its end leaves nothing behind.
 */
export class Roster<Member extends Enrolled> {
  readonly #members: Member[] = [];

  get size(): number {
    return this.#members.length;
  }

  /** Adding twice does nothing. A member may stand in one roster only. */
  add(member: Member): void {
    if (member.rosterIndex >= 0) return;
    member.rosterIndex = this.#members.length;
    this.#members.push(member);
  }

  /** Removing who is not in it does nothing. */
  remove(member: Member): void {
    const { rosterIndex } = member;
    const last = this.#members.at(-1);
    if (rosterIndex < 0 || last === undefined) return;
    this.#members[rosterIndex] = last;
    last.rosterIndex = rosterIndex;
    this.#members.pop();
    member.rosterIndex = -1;
  }

  /** As of now, in no particular order; who comes or goes while it is looked through changes nothing. */
  all(): readonly Member[] {
    return [...this.#members];
  }
}
