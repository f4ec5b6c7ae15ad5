import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines, type Due } from './deadlines.ts';

const due = (deadlineMs: number): Due => ({ deadlineMs, heapIndex: -1 });

test('the earliest is always in front, whoever comes and whoever leaves', () => {
  const moves = fc.array(fc.record({ joins: fc.boolean(), number: fc.nat(1000) }), {
    maxLength: 200,
    size: 'max',
  });
  const property = fc.property(moves, (all) => {
    const deadlines = new Deadlines<Due>();
    const inside: Due[] = [];
    for (const { joins, number } of all) {
      if (joins) {
        inside.push(due(number));
        deadlines.add(inside.at(-1) ?? due(number));
      } else {
        const [leaver] = inside.splice(number % Math.max(1, inside.length), 1);
        if (leaver !== undefined) deadlines.remove(leaver);
      }
      const earliest =
        inside.length === 0 ? undefined : Math.min(...inside.map(({ deadlineMs }) => deadlineMs));
      expect(deadlines.earliest?.deadlineMs).toBe(earliest);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test('one that leaves from another branch lets the last one rise', () => {
  const deadlines = new Deadlines<Due>();
  const members = [1, 10, 2, 11, 12, 3, 4].map(due);
  for (const member of members) deadlines.add(member);
  for (const late of [11, 10, 1])
    deadlines.remove(members.find(({ deadlineMs }) => deadlineMs === late) ?? due(0));
  const order: (number | undefined)[] = [];
  for (let next = deadlines.earliest; next !== undefined; next = deadlines.earliest) {
    order.push(next.deadlineMs);
    deadlines.remove(next);
  }
  expect(order).toEqual([2, 3, 4, 12]);
});

test('who waits for ever is never in front, and may leave all the same', () => {
  const deadlines = new Deadlines<Due>();
  const forever = due(Number.POSITIVE_INFINITY);
  deadlines.add(forever);
  expect(deadlines.earliest).toBeUndefined();
  deadlines.remove(forever);
});
