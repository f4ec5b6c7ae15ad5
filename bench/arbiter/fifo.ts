import type { Job, Policy, World } from './world.ts';

/** mini-apigw: one request at a time, in order of arrival, whatever is loaded. */
export class Fifo implements Policy {
  readonly #world: World;
  readonly #line: Job[] = [];
  #busy: Job | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  arrived(job: Job): void {
    this.#line.push(job);
    this.#next();
  }

  ended(): void {
    this.#busy = undefined;
    this.#next();
  }

  loaded(): void {
    if (this.#busy !== undefined) this.#world.start(this.#busy);
  }

  unloaded(): void {
    if (this.#busy !== undefined) this.#world.load(this.#busy.model);
  }

  #next(): void {
    if (this.#busy !== undefined) return;
    this.#busy = this.#line.shift();
    if (this.#busy === undefined) return;
    const [old] = this.#world.resident;
    if (old === this.#busy.model) this.#world.start(this.#busy);
    else if (old === undefined) this.#world.load(this.#busy.model);
    else this.#world.unload(old);
  }
}
