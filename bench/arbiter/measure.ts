import type { Job } from './world.ts';

export interface Figures {
  readonly makespanMs: number;
  readonly loads: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** Of what apps have had to wait beside what they were served: 1 = all alike. */
  readonly jain: number;
  readonly p95PerApp: ReadonlyMap<string, number>;
}

export function measure(jobs: readonly Job[], loads: number): Figures {
  const waits = jobs.map(waitOf);
  const perApp = new Map<string, Job[]>();
  for (const job of jobs) perApp.set(job.app, [...(perApp.get(job.app) ?? []), job]);
  return {
    makespanMs: Math.max(...jobs.map(({ endedMs }) => endedMs)),
    loads,
    p50Ms: quantile(waits, 0.5),
    p95Ms: quantile(waits, 0.95),
    maxMs: Math.max(...waits),
    jain: jain([...perApp.values()].map(slowdown)),
    p95PerApp: new Map([...perApp].map(([app, mine]) => [app, quantile(mine.map(waitOf), 0.95)])),
  };
}

/** The mean of several games of one kind. */
export function meanOf(games: readonly Figures[]): Figures {
  const mean = (read: (figures: Figures) => number) =>
    games.reduce((sum, figures) => sum + read(figures), 0) / games.length;
  const apps = [...(games[0]?.p95PerApp.keys() ?? [])];
  return {
    makespanMs: mean(({ makespanMs }) => makespanMs),
    loads: mean(({ loads }) => loads),
    p50Ms: mean(({ p50Ms }) => p50Ms),
    p95Ms: mean(({ p95Ms }) => p95Ms),
    maxMs: mean(({ maxMs }) => maxMs),
    jain: mean(({ jain }) => jain),
    p95PerApp: new Map(apps.map((app) => [app, mean(({ p95PerApp }) => p95PerApp.get(app) ?? 0)])),
  };
}

const waitOf = ({ arrivedMs, startedMs }: Job) => startedMs - arrivedMs;

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function slowdown(jobs: readonly Job[]): number {
  const waited = jobs.reduce((sum, job) => sum + waitOf(job), 0);
  const served = jobs.reduce((sum, { serviceMs }) => sum + serviceMs, 0);
  return (waited + served) / served;
}

/** (Σx)² / (n Σx²) */
function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return (sum * sum) / (values.length * squares);
}
