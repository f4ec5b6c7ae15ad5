import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Roster } from './roster.ts';

it('holds exactly those who were added and not removed, whatever the order', () => {
  const steps = fc.array(fc.record({ isAdd: fc.boolean(), who: fc.nat(7) }));
  fc.assert(
    fc.property(steps, (script) => {
      const members = Array.from({ length: 8 }, () => ({ rosterIndex: -1 }));
      const roster = new Roster<{ rosterIndex: number }>();
      const expected = new Set<{ rosterIndex: number }>();
      for (const { isAdd, who } of script) {
        const member = members[who] ?? { rosterIndex: -1 };
        if (isAdd) roster.add(member);
        else roster.remove(member);
        if (isAdd) expected.add(member);
        else expected.delete(member);
        expect(new Set(roster.all())).toEqual(expected);
        expect(roster.size).toBe(expected.size);
      }
    }),
  );
});
