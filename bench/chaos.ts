/**
 * Five minutes of three backends getting into trouble one after another, at 200 requests a second:
 *
 *   npm run build && npx tsx bench/chaos.ts [seconds] [requests a second]
 */
import { playChaos } from '../test/support/chaos.ts';

const seconds = Number(process.argv[2] ?? 300);
const perSecond = Number(process.argv[3] ?? 200);

const report = await playChaos({ seconds, perSecond });
const unspared = [...report.errors.values()].reduce((sum, count) => sum + count, 0);
console.log(report.log.join(', '));
console.log(
  `${report.asked} requests, ${report.whole} answered whole, slowest ${Math.round(report.slowestMs)} ms`,
);
console.log(
  `spared / spareable: ${report.spared} / ${report.spared + unspared}`,
  Object.fromEntries(report.errors),
);
console.log(
  `broke off after the first byte: ${report.toldInBand} told in band, ${report.endedSilently} ended silently`,
);
console.log(
  `retries: ${report.retries}, ${((report.retries / report.asked) * 100).toFixed(2)} % of requests (budget 10 %)`,
);
process.exit(0);
