import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { nearestNames } from '../../model/nearest-names.ts';
import type { PicturePreset } from '../../model/picture-preset.ts';
import { type Answer, get, mustSucceed } from '../driver.ts';
import type { JobPart } from '../job.ts';
import type { PictureCall } from './wishes.ts';

/**
 * Asks what there is, and refuses what is not: it would become the default, and nobody be told. Returns how the model
 * is called there.
 */
export function* checkNames(
  question: JsonObject,
  call: PictureCall,
  preset: PicturePreset,
): JobPart<JsonObject> {
  let base: JsonObject = {};
  const models = yield* listOf('/v1/engines/all-models', 'model_filenames');
  if (models !== undefined) {
    base = { base_model_name: fileOf(call, preset, models) };
    if (preset.refiner !== undefined) mustHave('refiner', preset.refiner, ['None', ...models]);
  }
  if (preset.loras !== undefined && preset.loras.length > 0) {
    const loras = yield* listOf('/v1/engines/all-models', 'lora_filenames');
    for (const { model } of preset.loras) if (loras !== undefined) mustHave('LoRA', model, loras);
  }
  yield* checkStyles(question['style_selections'], call);
  return base;
}

/** Undefined: an older version, that does not tell. */
function* listOf(path: string, member?: string): JobPart<string[] | undefined> {
  const answer: Answer = yield get(path);
  if (answer.status === 404) return undefined;
  const { json } = mustSucceed(answer);
  const list = member === undefined ? json : isJsonObject(json) ? json[member] : undefined;
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : undefined;
}

/** The file of the model, whose ending clients may leave out. */
function fileOf({ model }: PictureCall, { base }: PicturePreset, files: readonly string[]): string {
  const wanted = base ?? model;
  const found = files.find((file) => file === wanted || file.replace(/\.\w+$/, '') === wanted);
  if (found !== undefined) return found;
  if (base !== undefined) return mustHave('model', base, files);
  throw new GatewayError('model_not_found', `The backend has no model "${model}".${meant(model, files)}`, {
    param: 'model',
    unknownModel: model,
  });
}

function* checkStyles(wanted: JsonValue | undefined, { extra = {} }: PictureCall): JobPart<void> {
  if (!Array.isArray(wanted) || wanted.length === 0) return;
  const known = yield* listOf('/v1/engines/styles');
  for (const style of wanted) {
    if (known === undefined || typeof style !== 'string' || known.includes(style)) continue;
    if (extra['style'] !== style) mustHave('style', style, known);
    const message = `The backend has no style "${style}".${meant(style, known)}`;
    throw new GatewayError('invalid_request', message, { param: 'style' });
  }
}

/** What the configuration names and the backend has not is for the operator to mend. */
function mustHave(what: string, name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  throw new GatewayError(
    'upstream_error',
    `The backend has no ${what} "${name}", which the configuration names.${meant(name, known)}`,
    { isWorthRetrying: false },
  );
}

function meant(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known, 3).map((one) => `"${one}"`);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}
