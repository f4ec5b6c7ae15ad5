import type { LoadPins } from '../dialects/dialect.ts';
import type { Backend } from '../upstream/backend.ts';

/** How the operator has this model loaded there; undefined: nobody said, and clients may ask for what they like. */
export function loadPinsOf({ config }: Backend, model: string): LoadPins | undefined {
  const configured = config.models.get(model);
  if (configured?.loadOptions === undefined) return undefined;
  return { options: configured.loadOptions, policy: configured.loadOptionsPolicy };
}
