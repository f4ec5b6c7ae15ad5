/** Which models are loaded. Whoever is asked for is loaded; with the scenario `load` a change costs time. */
import { isOnlyLoading } from './dialects/ollama-asked.ts';
import type { Arrived, Operation } from './operation.ts';

export class Residents {
  readonly loaded = new Set<string>();
  #last: string | undefined;

  /** Notes the work and tells whether another model was at work before. */
  touch(operation: Operation, { body }: Arrived, model: string): boolean {
    if (operation.answer.kind !== 'generated' || model === '') return false;
    if (body.keep_alive === 0 && isOnlyLoading({ body })) {
      this.unload(model);
      return false;
    }
    const isSwitch = this.#last !== model;
    this.loaded.delete(model);
    this.loaded.add(model);
    this.#last = model;
    return isSwitch;
  }

  unload(model: string): void {
    this.loaded.delete(model);
    if (this.#last === model) this.#last = undefined;
  }
}
