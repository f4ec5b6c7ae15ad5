import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { BucketCells } from './bucket-cells.ts';

const bounds = [0.001, 0.01, 0.1, 1, 10];

it("reads exactly as prom-client's own histogram with the same observations", async () => {
  const seconds = fc.oneof(fc.constantFrom(...bounds), fc.double({ min: 0, max: 20, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(fc.array(seconds, { maxLength: 40 }), async (observations) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const cells = new BucketCells(ours, 'a_histogram', 'Of something.', bounds);
      const histogram = new Histogram({
        name: 'a_histogram',
        help: 'Of something.',
        buckets: bounds,
        registers: [theirs],
      });
      for (const value of observations) {
        cells.add(value);
        histogram.observe(value);
      }
      expect(await ours.metrics()).toBe(await theirs.metrics());
    }),
    { numRuns: 50 },
  );
});
