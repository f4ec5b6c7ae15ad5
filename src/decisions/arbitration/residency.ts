import type { Residency } from '../../model/model-keeper.ts';
import type { ModelFacts } from './lane-limits.ts';

const noFacts: ModelFacts = {};

/**
 * What would have to be on the card for this model to answer. Two load options are two residencies: runtimes load
 * the model anew when they change.
 */
export function residencyOf(backend: string, model: string, facts: ModelFacts = noFacts): Residency {
  const { loadOptions = '', vramMib } = facts;
  return { backend, model, loadOptions, key: `${backend}\n${model}\n${loadOptions}`, vramMib };
}
