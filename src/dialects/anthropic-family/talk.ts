import type { WireBlock, WireToolResult, WireTurn } from './wire.ts';

type Role = WireTurn['role'];

/**
 * The turns of a talk as they are put together. Two of one role in a row are one turn, and every tool use is
 * answered at the start of the very next turn, whenever its result came in (protocols 10.2, T23).
 */
export class Talk {
  #turns: WireTurn[] = [];
  readonly #results = new Map<string, WireToolResult>();

  get lastRole(): Role | undefined {
    return this.#turns.at(-1)?.role;
  }

  /** A turn may be empty: whether it can be left out is seen at the end. */
  add(role: Role, blocks: readonly WireBlock[]): void {
    const last = this.#turns.at(-1);
    if (last?.role === role && role !== 'system') last.content.push(...blocks);
    else this.#turns.push({ role, content: [...blocks] });
  }

  addResult(result: WireToolResult): void {
    this.#results.set(result.tool_use_id, result);
    this.add('user', []);
  }

  /** All turns, in the order and form the API wants. `unanswered` is told of each tool use without a result. */
  finish(unanswered: () => void): WireTurn[] {
    this.#placeResults(unanswered);
    this.#settleEmptyTurns();
    return this.#turns;
  }

  #placeResults(unanswered: () => void): void {
    const turns: WireTurn[] = [];
    let owed: WireBlock[] = [];
    for (const turn of this.#turns) {
      if (owed.length > 0 && turn.role !== 'user') turns.push({ role: 'user', content: owed });
      else turn.content.unshift(...owed);
      turns.push(turn);
      owed = turn.role === 'assistant' ? this.#answersTo(turn, unanswered) : [];
    }
    if (owed.length > 0) turns.push({ role: 'user', content: owed });
    this.#turns = turns;
  }

  #answersTo(turn: WireTurn, unanswered: () => void): WireBlock[] {
    return turn.content.flatMap((block) => {
      if (block.type !== 'tool_use') return [];
      const result = this.#results.get(block.id);
      if (result === undefined) unanswered();
      return [
        result ?? { type: 'tool_result', tool_use_id: block.id, content: '(no result)', is_error: true },
      ];
    });
  }

  /** An empty turn goes if its neighbours can close ranks; else something must stand in it, for " " is refused too. */
  #settleEmptyTurns(): void {
    const turns = this.#turns;
    this.#turns = [];
    turns.forEach((turn, at) => {
      if (turn.content.length > 0) this.add(turn.role, turn.content);
      else if (!isSpare(turn, this.lastRole, turns[at + 1]?.role))
        this.add(turn.role, [{ type: 'text', text: '(empty)' }]);
    });
  }
}

function isSpare(turn: WireTurn, before: Role | undefined, after: Role | undefined): boolean {
  if (turn.role === 'system') return true;
  return before !== undefined && (before === after || (turn.role === 'assistant' && after === undefined));
}
