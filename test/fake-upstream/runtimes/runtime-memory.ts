/**
 * The memory of a fake runtime, and its history: the oracle of every test about loading. It loads as slowly, fails as
 * often and lies as boldly as it is told to.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../journal.ts';
import type { JsonObject } from '../json.ts';

export type ModelState = 'loading' | 'loaded' | 'stopping' | 'sleeping' | 'failed';

export interface Resident {
  state: ModelState;
  options: JsonObject;
}

export interface MemoryEvent {
  readonly what: 'load' | 'unload';
  readonly model: string;
  /** `hand`: a test put it there, as somebody at the machine would. */
  readonly by: 'control' | 'request' | 'hand';
  readonly options: JsonObject;
  /** When it was there, or gone, in milliseconds since the epoch. */
  readonly atMs: number;
}

export interface MemoryMood {
  loadMs: number;
  unloadMs: number;
  /** Says it has done it, and has not. */
  lies: 'load' | 'unload' | undefined;
  /** Every wish to load or unload is answered with this status. */
  refuses: number | undefined | null;
  /** Loads end in `failed`. */
  fails: boolean;
  /** The whole server answers 503 so long, as one that is starting does. */
  isStarting: boolean;
  /** Requests of people who did not come through the gateway. */
  strangers: number;
  /** How long a picture takes that is made as a job. */
  jobMs: number;
  /** What becomes of such jobs; `forgotten`: nobody knows them any more. */
  jobEnds: 'SUCCESS' | 'ERROR' | 'EMPTY' | 'forgotten';
  /** Jobs that may wait or run at once; what comes on top is turned away. */
  jobsMax: number;
}

/** A picture that is made as a job: an entry in the history of a server that makes such. */
export interface FakeJob {
  readonly id: string;
  /** What is made, in its server's words. */
  readonly type: string;
  readonly sent: JsonObject;
  /** Nobody's who came through the gateway. */
  readonly isStrangers: boolean;
  stage: 'WAITING' | 'RUNNING' | 'SUCCESS' | 'ERROR';
  finish: 'SUCCESS' | 'ERROR' | 'USER_CANCEL';
}

export const calm: MemoryMood = {
  loadMs: 0,
  unloadMs: 0,
  lies: undefined,
  refuses: undefined,
  fails: false,
  isStarting: false,
  strangers: 0,
  jobMs: 20,
  jobEnds: 'SUCCESS',
  jobsMax: 100,
};

export class RuntimeMemory {
  readonly residents = new Map<string, Resident>();
  readonly history: MemoryEvent[] = [];
  readonly mood: MemoryMood = { ...calm };
  readonly jobs: FakeJob[] = [];
  /** How often the job that ran was broken off, and whose that was. */
  readonly stops: FakeJob[] = [];
  readonly #working = new Map<string, number>();
  readonly #changing = new Map<string, Promise<void>>();

  /** Somebody at the machine loads it. */
  put(model: string, options: JsonObject = {}): void {
    this.residents.set(model, { state: 'loaded', options });
    this.#note('load', model, 'hand', options);
  }

  namesIn(...states: readonly ModelState[]): string[] {
    return [...this.residents].filter(([, { state }]) => states.includes(state)).map(([name]) => name);
  }

  stateOf(model: string): ModelState | 'unloaded' {
    return this.residents.get(model)?.state ?? 'unloaded';
  }

  /** How many requests the model has under way, those of strangers included. */
  working(model: string): number {
    return (this.#working.get(model) ?? 0) + this.mood.strangers;
  }

  /** Resolves when it is there; at once if it is, under the same options. */
  async load(model: string, options: JsonObject, by: MemoryEvent['by'] = 'control'): Promise<void> {
    await this.#changing.get(model);
    if (this.mood.lies === 'load') return;
    const resident = this.residents.get(model);
    if (resident?.state === 'loaded' && JSON.stringify(resident.options) === JSON.stringify(options)) return;
    await this.#change(model, async () => {
      const coming: Resident = { state: 'loading', options };
      this.residents.set(model, coming);
      if (this.mood.loadMs > 0) await sleep(this.mood.loadMs);
      if (this.residents.get(model) !== coming) return;
      if (this.mood.fails) {
        this.residents.set(model, { state: 'failed', options });
        return;
      }
      this.residents.set(model, { state: 'loaded', options });
      this.#note('load', model, by, options);
    });
  }

  /** The process of a model that is being loaded dies, and the load with it; until it is reaped it seems to load. */
  async kill(model: string): Promise<void> {
    const resident = this.residents.get(model);
    if (this.mood.lies === 'unload' || resident === undefined) return;
    const dying: Resident = { ...resident };
    this.residents.set(model, dying);
    await this.#change(model, async () => {
      if (this.mood.unloadMs > 0) await sleep(this.mood.unloadMs);
      dying.state = 'failed';
      this.#note('unload', model, 'control', dying.options);
    });
  }

  /** Resolves when it is gone. */
  async unload(model: string): Promise<void> {
    await this.#changing.get(model);
    const resident = this.residents.get(model);
    if (this.mood.lies === 'unload' || resident === undefined) return;
    await this.#change(model, async () => {
      resident.state = 'stopping';
      if (this.mood.unloadMs > 0) await sleep(this.mood.unloadMs);
      this.residents.delete(model);
      this.#note('unload', model, 'control', resident.options);
    });
  }

  /** A request for the model: it is loaded if it must be, under these options. Ends with `leave`. */
  async enter(model: string, options: JsonObject): Promise<void> {
    this.#working.set(model, (this.#working.get(model) ?? 0) + 1);
    await this.load(model, options, 'request');
  }

  leave(model: string): void {
    this.#working.set(model, (this.#working.get(model) ?? 1) - 1);
  }

  async #change(model: string, change: () => Promise<void>): Promise<void> {
    const changing = change().finally(() => {
      if (this.#changing.get(model) === changing) this.#changing.delete(model);
    });
    this.#changing.set(model, changing);
    await changing;
  }

  #note(what: MemoryEvent['what'], model: string, by: MemoryEvent['by'], options: JsonObject): void {
    this.history.push({ what, model, by, options, atMs: nowMs() });
  }
}
