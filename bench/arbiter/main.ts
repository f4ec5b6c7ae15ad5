/**
 * One 24 GB card under four schedulers, and what no scheduler can beat. `npm run bench:arbiter` prints the figures;
 * with `--write` they go into docs/arbitration.md, the plot beside it.
 */
import { type Outcome, play } from './play.ts';
import { plot } from './plot.ts';
import { figuresTable, report } from './report.ts';
import { traces } from './traces.ts';
import { writeDocs } from './write-docs.ts';

const outcomes: Outcome[] = [];
for (const trace of traces) {
  const outcome = play(trace);
  outcomes.push(outcome);
  console.log(report(outcome));
}
if (process.argv.includes('--write')) writeDocs(figuresTable(outcomes), plot(outcomes));
