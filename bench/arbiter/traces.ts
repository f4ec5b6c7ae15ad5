import type { Job, Model, Session, Trace } from './world.ts';

/** Random numbers that are the same on every machine (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Three models that each want the card for themselves, and how long their requests take on the mean. */
const alone = new Map<string, Model & { readonly meanS: number }>([
  ['small', { loadMs: 5_000, vramMib: 14_000, meanS: 3 }],
  ['middle', { loadMs: 20_000, vramMib: 18_000, meanS: 6 }],
  ['large', { loadMs: 60_000, vramMib: 23_000, meanS: 12 }],
]);

/** Two that fit beside one another, and one that fits beside neither. */
const mixed = new Map<string, Model & { readonly meanS: number }>([
  ['small', { loadMs: 5_000, vramMib: 7_000, meanS: 3 }],
  ['middle', { loadMs: 20_000, vramMib: 14_000, meanS: 6 }],
  ['large', { loadMs: 60_000, vramMib: 23_000, meanS: 12 }],
]);

const names = ['small', 'middle', 'large'] as const;

class TraceWriter {
  readonly #random: () => number;
  readonly #models: typeof alone;
  readonly sessions: Session[] = [];
  #jobs = 0;

  constructor(seed: number, models: typeof alone) {
    this.#random = randomFrom(seed);
    this.#models = models;
  }

  uniform(from: number, to: number): number {
    return from + this.#random() * (to - from);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.#random());
  }

  /** One to thirty seconds, most of them short. */
  job(app: string, model: string): Job {
    const mean = this.#models.get(model)?.meanS ?? 1;
    const serviceMs = Math.round(1000 * Math.min(30, 1 + this.exponential(mean - 1)));
    const session = this.sessions.length;
    return { id: this.#jobs++, app, model, serviceMs, session, arrivedMs: 0, startedMs: 0, endedMs: 0 };
  }

  send(
    startsMs: number,
    thinkMs: number,
    asks: readonly { readonly app: string; readonly model: string }[],
  ): void {
    const jobs = asks.map(({ app, model }) => this.job(app, model));
    this.sessions.push({ startsMs: Math.round(startsMs), thinkMs, jobs });
  }
}

/** Three apps, each with a model it likes and now and then another, requests independent of one another. */
function poisson(seed: number): Trace {
  const writer = new TraceWriter(seed, alone);
  for (const [at, favourite] of names.entries()) {
    let atMs = 0;
    for (let i = 0; i < 80; i++) {
      atMs += writer.exponential(45_000);
      const model = writer.uniform(0, 1) < 0.8 ? favourite : (names[(at + 1) % 3] ?? favourite);
      writer.send(atMs, 0, [{ app: `app ${favourite}`, model }]);
    }
  }
  return { mode: 'swap', models: alone, sessions: writer.sessions };
}

/** The same apps, in bursts of twelve. */
function bursty(seed: number): Trace {
  const writer = new TraceWriter(seed, alone);
  for (const favourite of names) {
    let atMs = 0;
    for (let burst = 0; burst < 7; burst++) {
      atMs += writer.exponential(400_000);
      for (let i = 0; i < 12; i++) {
        writer.send(atMs + writer.uniform(0, 3000), 0, [{ app: `app ${favourite}`, model: favourite }]);
      }
    }
  }
  return { mode: 'swap', models: alone, sessions: writer.sessions };
}

/** Six agents of three apps, each asking two models by turns, the next a second after the last has answered. */
function agents(seed: number): Trace {
  const writer = new TraceWriter(seed, alone);
  for (let agent = 0; agent < 6; agent++) {
    const app = `app ${agent % 3}`;
    const asks = Array.from({ length: 40 }, (_, at) => ({
      app,
      model: (at + agent) % 2 === 0 ? 'small' : 'middle',
    }));
    writer.send(writer.uniform(0, 10_000), 1_000, asks);
  }
  return { mode: 'swap', models: alone, sessions: writer.sessions };
}

/** ABCABC …: three apps, a model each, a hundred requests each, all at once. */
function backlog(seed: number): Trace {
  const writer = new TraceWriter(seed, alone);
  for (let i = 0; i < 100; i++) {
    for (const model of names) writer.send(i, 0, [{ app: `app ${model}`, model }]);
  }
  return { mode: 'swap', models: alone, sessions: writer.sessions };
}

/** One app that always has four requests under way for a small model, and one that now and then wants another. */
function greedy(seed: number): Trace {
  const writer = new TraceWriter(seed, alone);
  for (let session = 0; session < 4; session++) {
    const asks = Array.from({ length: 100 }, () => ({ app: 'app greedy', model: 'small' }));
    writer.send(0, 0, asks);
  }
  let atMs = 0;
  for (let i = 0; i < 20; i++) {
    atMs += writer.exponential(60_000);
    writer.send(atMs, 0, [{ app: 'app modest', model: 'middle' }]);
  }
  return { mode: 'swap', models: alone, sessions: writer.sessions };
}

/** Like poisson, with two models that may be beside one another. */
function beside(seed: number): Trace {
  const { sessions } = poisson(seed);
  return { mode: 'sets', models: mixed, sessions };
}

export interface TraceKind {
  readonly name: string;
  readonly what: string;
  readonly make: (seed: number) => Trace;
}

export const traces: readonly TraceKind[] = [
  {
    name: 'poisson',
    what: 'three apps, 80 requests each, one in 45 s, four in five for the model of its own',
    make: poisson,
  },
  { name: 'bursty', what: 'three apps, a model each, seven bursts of twelve requests', make: bursty },
  {
    name: 'agents',
    what: 'six agents of three apps, each asking two models by turns, 40 requests one after another',
    make: agents,
  },
  {
    name: 'backlog',
    what: 'ABCABC…: three apps, a model each, 100 requests each, all at once',
    make: backlog,
  },
  {
    name: 'greedy',
    what: 'one app that always has four requests under way, and one that wants another model once a minute',
    make: greedy,
  },
  {
    name: 'beside',
    what: 'as poisson, but two of the models fit on the card together (mode sets)',
    make: beside,
  },
];
