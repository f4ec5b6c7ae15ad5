import type { Warnings } from '../../model/warnings.ts';
import { type Turn, textPart } from './turn.ts';

/** For servers whose templates refuse two messages of one role in a row, or a talk the assistant begins (protocols 10.2). */
export function alternate(turns: readonly Turn[], warnings: Warnings): readonly Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last !== undefined && canMerge(last, turn)) merged[merged.length - 1] = mergedTurn(last, turn);
    else merged.push(turn);
  }
  return withFirstUserTurn(merged, warnings);
}

/** Results of tools each have an id of their own, and calls must stand right before their results. */
function canMerge(a: Turn, b: Turn): boolean {
  return a.role === b.role && a.role !== 'tool' && (a.toolCalls ?? []).length === 0;
}

function mergedTurn(a: Turn, b: Turn): Turn {
  return {
    ...b,
    name: a.name,
    parts: [...a.parts, ...b.parts],
    thoughts: [a.thoughts, b.thoughts].filter((text) => text).join('\n'),
  };
}

function withFirstUserTurn(turns: readonly Turn[], warnings: Warnings): readonly Turn[] {
  const first = turns.findIndex((turn) => turn.role !== 'system');
  if (turns[first]?.role !== 'assistant') return turns;
  warnings.changed('messages', 'user_turn_added');
  const inserted: Turn = { role: 'user', parts: [textPart('(continue)')] };
  return [...turns.slice(0, first), inserted, ...turns.slice(first)];
}
