import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

interface Turn {
  readonly role: 'user' | 'model';
  readonly parts: JsonObject[];
}

/** The turns of a talk. Google wants them to alternate, so what one side says in a row is one turn. */
export class Turns {
  readonly #turns: Turn[] = [];

  add(role: Turn['role'], parts: readonly JsonObject[]): void {
    if (parts.length === 0) return;
    const last = this.#turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else this.#turns.push({ role, parts: [...parts] });
  }

  /** A talk begins with the user (protocols 10.2). */
  list(warnings: Warnings): JsonObject[] {
    const turns = this.#turns.map(({ role, parts }): JsonObject => ({ role, parts }));
    if (this.#turns[0]?.role !== 'model') return turns;
    warnings.changed('messages', 'user_turn_added');
    return [{ role: 'user', parts: [{ text: '(continue)' }] }, ...turns];
  }
}
