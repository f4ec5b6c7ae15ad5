/** The short form of `bench/chaos.ts`. */
import { expect, it } from 'vitest';
import { playChaos } from '../support/chaos.ts';

it('no client sees an error that another backend could have spared it', async () => {
  // So few requests that one second of a stalled backend, a third of them, is more than a tenth of the last minute's.
  const report = await playChaos({ seconds: 40, perSecond: 25, budget: 0.5 });
  console.log(
    `${report.asked} requests: ${report.spared} failures spared, ${report.toldInBand} told in band, ${report.retries} retries`,
  );
  expect(Object.fromEntries(report.errors)).toEqual({});
  expect(report.endedSilently).toBe(0);
  expect(report.whole + report.toldInBand).toBe(report.asked);
  // Each trouble was met, and none of them often: its backend was left alone.
  expect(report.spared).toBeGreaterThanOrEqual(10);
  expect(report.retries).toBeLessThanOrEqual(report.asked * 0.5);
}, 120_000);
