import { bestMakespan } from './bound.ts';
import { Fifo } from './fifo.ts';
import { LlamaSwap } from './llama-swap.ts';
import { type Figures, meanOf, measure } from './measure.ts';
import { Ollama } from './ollama.ts';
import { Sluice } from './sluice.ts';
import type { TraceKind } from './traces.ts';
import { type Policy, type Trace, World } from './world.ts';

export const capacityMib = 24_000;
/** Others than those the constants of the rules were tried on. */
const seeds = Array.from({ length: 20 }, (_, at) => 101 + at);
export const affinity = { batchMax: 8, holdMaxMs: 30_000 };

export const policyNames = ['FIFO', 'llama-swap', 'Ollama', 'Sluice'] as const;
export type PolicyName = (typeof policyNames)[number];

/** What became of one kind of trace: means over all seeds. */
export interface Outcome {
  readonly kind: TraceKind;
  readonly bestMs: number;
  readonly isOptimum: boolean;
  readonly figures: ReadonlyMap<PolicyName, Figures>;
}

export function play(kind: TraceKind): Outcome {
  const best = seeds.map((seed) => bestMakespan(kind.make(seed)));
  const figures = policyNames.map((name) => {
    const games = seeds.map((seed) => playOnce(name, kind.make(seed)));
    return [name, meanOf(games)] as const;
  });
  return {
    kind,
    bestMs: best.reduce((sum, { ms }) => sum + ms, 0) / best.length,
    isOptimum: best.every(({ isOptimum }) => isOptimum),
    figures: new Map(figures),
  };
}

function playOnce(name: PolicyName, trace: Trace): Figures {
  const world = new World(trace, capacityMib);
  world.run(policyFor(name, world, trace));
  const jobs = trace.sessions.reduce((sum, session) => sum + session.jobs.length, 0);
  if (world.finished.length !== jobs) throw new Error(`${name} left ${jobs - world.finished.length} waiting`);
  return measure(world.finished, world.loads);
}

function policyFor(name: PolicyName, world: World, trace: Trace): Policy {
  if (name === 'FIFO') return new Fifo(world);
  if (name === 'llama-swap') return new LlamaSwap(world);
  if (name === 'Ollama') return new Ollama(world);
  return new Sluice(world, trace.models.keys(), { mode: trace.mode, capacityMib, affinity });
}
