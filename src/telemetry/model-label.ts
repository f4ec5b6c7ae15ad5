import type { CallRecord } from './call-record.ts';

const modelsMax = 200;
const nameLengthMax = 128;
const otherModels = 'other';

/**
 * The label `model`: at most 200 names, the rest is `other` (contract 7). A name takes a place only when a
 * backend or the cache has served it, or strangers who ask for nonsense would use the places up.
 */
export class ModelLabel {
  readonly #known = new Set<string>();

  of({ model, backend, cache }: CallRecord): string {
    if (model === undefined) return '';
    if (this.#known.has(model)) return model;
    return backend !== undefined || cache === 'hit' ? this.ofReal(model) : otherModels;
  }

  /** Of a model that is known to be one. */
  ofReal(model: string): string {
    if (this.#known.has(model)) return model;
    if (model.length > nameLengthMax || this.#known.size >= modelsMax) return otherModels;
    this.#known.add(model);
    return model;
  }
}
