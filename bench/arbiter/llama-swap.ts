import type { Job, Policy, World } from './world.ts';

/**
 * llama-swap v250 as we read it (predecessors 2.2): a request for the model that is loaded is served as soon as that is
 * free, whoever waits for another; a swap is for the oldest who waits and comes when the loaded model has nothing
 * to do. Nothing bounds how long that may take.
 */
export class LlamaSwap implements Policy {
  readonly #world: World;
  readonly #line: Job[] = [];
  #isBusy = false;
  #incoming: string | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  arrived(job: Job): void {
    this.#line.push(job);
    this.#next();
  }

  ended(): void {
    this.#isBusy = false;
    this.#next();
  }

  loaded(): void {
    this.#incoming = undefined;
    this.#next();
  }

  unloaded(): void {
    if (this.#incoming !== undefined) this.#world.load(this.#incoming);
  }

  #next(): void {
    if (this.#isBusy || this.#incoming !== undefined) return;
    const [resident] = this.#world.resident;
    const at = this.#line.findIndex(({ model }) => model === resident);
    const [job] = this.#line.splice(at < 0 ? this.#line.length : at, 1);
    if (job !== undefined) {
      this.#isBusy = true;
      this.#world.start(job);
      return;
    }
    this.#incoming = this.#line[0]?.model;
    if (this.#incoming === undefined) return;
    if (resident === undefined) this.#world.load(this.#incoming);
    else this.#world.unload(resident);
  }
}
