import { GatewayError } from '../model/gateway-error.ts';
import { nearestNames } from '../model/nearest-names.ts';
import type { ListedModel } from './models-page.ts';

/** The model of this name. Throws `model_not_found` for one that is not there, or not for this key: nobody learns which. */
export function findModel(models: readonly ListedModel[], id: string | undefined): ListedModel {
  const found = models.find((model) => model.id === id);
  if (found !== undefined) return found;
  throw new GatewayError(
    'model_not_found',
    `There is no model "${id ?? ''}" for this key.${hint(models, id)}`,
    { param: 'model', unknownModel: id },
  );
}

function hint(models: readonly ListedModel[], id: string | undefined): string {
  const near = nearestNames(
    id ?? '',
    models.map((model) => model.id),
  );
  return near.length === 0 ? '' : ` Did you mean ${near.map((name) => `"${name}"`).join(', ')}?`;
}
