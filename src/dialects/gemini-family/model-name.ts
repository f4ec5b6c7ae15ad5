import type { Address } from '../dialect.ts';

const PREFIX = 'models/';

/** The model of an address; Google's resource names (`models/x`) and bare ones mean the same. */
export function modelOf(address: Address): string | undefined {
  const name = address.model;
  return (name?.startsWith(PREFIX) ? name.slice(PREFIX.length) : name) || undefined;
}

/** As Google's bodies name a model. */
export function resourceName(model: string): string {
  return model.startsWith(PREFIX) || model.startsWith('tunedModels/') ? model : PREFIX + model;
}
