import type { JsonObject, JsonValue } from '../../src/model/json.ts';

/** Numbers from 0 up to, not including, 1. */
export type Dice = () => number;

/** Dice that always fall the same way for the same seed. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** JSON as strangers write it: any whitespace, any order of members, any letter perhaps as an escape. */
export function looseJson(value: JsonValue, dice: Dice): string {
  return space(dice) + looseValue(value, dice) + space(dice);
}

function looseValue(value: JsonValue, dice: Dice): string {
  if (typeof value === 'string') return looseString(value, dice);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${space(dice)}${value.map((item: JsonValue) => looseJson(item, dice)).join(',')}]`;
  }
  const members = shuffled(Object.entries(value as JsonObject), dice).map(
    ([name, inner]) =>
      `${space(dice)}${looseString(name, dice)}${space(dice)}:${looseJson(inner as JsonValue, dice)}`,
  );
  return `{${space(dice)}${members.join(',')}}`;
}

function looseString(text: string, dice: Dice): string {
  return `"${[...text].map((letter) => looseLetter(letter, dice)).join('')}"`;
}

function looseLetter(letter: string, dice: Dice): string {
  if (letter === '/' && dice() < 0.5) return '\\/';
  if (dice() >= 0.1) return JSON.stringify(letter).slice(1, -1);
  const units = Array.from({ length: letter.length }, (_, at) => letter.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function space(dice: Dice): string {
  if (dice() < 0.6) return '';
  return Array.from({ length: Math.ceil(dice() * 3) }, () => ' \t\n\r'[Math.floor(dice() * 4)]).join('');
}

function shuffled<Item>(items: readonly Item[], dice: Dice): Item[] {
  return items
    .map((item) => ({ item, rank: dice() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
