import type { Figures } from './measure.ts';
import { affinity, type Outcome } from './play.ts';

/** One trace, for the terminal. */
export function report(outcome: Outcome): string {
  const { kind, bestMs, isOptimum, figures } = outcome;
  const lines = [...figures].map(([name, mine]) => {
    const cells = [name.padEnd(11), ...cellsOf(mine, bestMs).map((cell) => cell.padStart(8))];
    const apps = [...mine.p95PerApp].map(([app, p95Ms]) => `${app} ${seconds(p95Ms)}`).join(', ');
    return `${cells.join(' ')}   p95 of ${apps}`;
  });
  const head = `${kind.name}: ${kind.what}. ${isOptimum ? 'Optimum' : 'Lower bound'} ${seconds(bestMs)} s`;
  const columns = `${' '.repeat(11)} ${columnNames.map((name) => name.padStart(8)).join(' ')}`;
  return `\n${head}\n${columns}\n${lines.join('\n')}\n${verdict(outcome)}`;
}

/** All traces, as Markdown. */
export function figuresTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap(({ kind, bestMs, isOptimum, figures }) => [
    `| **${kind.name}** | ${isOptimum ? 'optimum' : 'lower bound'} | ${seconds(bestMs)} | 1.00 | | | | | | |`,
    ...[...figures].map(
      ([name, mine]) => `| | ${name} | ${cellsOf(mine, bestMs).join(' | ')} | ${worstApp(mine)} |`,
    ),
  ]);
  return [
    '| trace | scheduler | makespan, s | ÷ best | loads | wait p50, s | p95 | max | Jain | p95 of the app that waits longest |',
    '|---|---|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
    '',
    ...outcomes.map((outcome) => `- ${verdict(outcome)}`),
  ].join('\n');
}

const columnNames = ['makespan', '÷ best', 'loads', 'p50', 'p95', 'max', 'Jain'];

function cellsOf(figures: Figures, bestMs: number): string[] {
  return [
    seconds(figures.makespanMs),
    (figures.makespanMs / bestMs).toFixed(2),
    figures.loads.toFixed(1),
    seconds(figures.p50Ms),
    seconds(figures.p95Ms),
    seconds(figures.maxMs),
    figures.jain.toFixed(2),
  ];
}

/** The three aims, and whether they are met. */
function verdict({ kind, bestMs, figures }: Outcome): string {
  const ours = figures.get('Sluice');
  const fifo = figures.get('FIFO');
  if (ours === undefined || fifo === undefined) return '';
  const ratio = ours.makespanMs / bestMs;
  const fewer = fifo.loads / ours.loads;
  const later = [...ours.p95PerApp].map(([app, p95Ms]) => ({
    app,
    byMs: p95Ms - (fifo.p95PerApp.get(app) ?? 0),
  }));
  const [worst] = later.toSorted((one, other) => other.byMs - one.byMs);
  const isLate = (worst?.byMs ?? 0) > affinity.holdMaxMs;
  return [
    `${kind.name}: ${ratio.toFixed(2)} × the best makespan (${ratio <= 1.15 ? 'within' : 'beyond'} 1.15)`,
    `${fewer.toFixed(1)} × fewer loads than FIFO`,
    `no app's p95 later than under FIFO by more than ${seconds(affinity.holdMaxMs)} s: ${isLate ? 'missed' : 'met'} (${worst?.app}: ${seconds(worst?.byMs ?? 0)} s)`,
  ].join('; ');
}

function worstApp({ p95PerApp }: Figures): string {
  return seconds(Math.max(...p95PerApp.values()));
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(0);
}
