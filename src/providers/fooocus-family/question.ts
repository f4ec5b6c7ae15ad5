import type { ImageChangeCall } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { type Ask, post } from '../driver.ts';
import type { FormAsk, FormField, JobSetting, PictureField } from '../job.ts';
import { type Change, changeOf, changeWishes } from './change.ts';
import { writeSettings } from './settings.ts';
import { sizeToShrinkTo, writeSize } from './sizes.ts';
import type { PictureCall } from './wishes.ts';

/** What Fooocus-API is asked to begin. */
export interface Question {
  readonly path: string;
  readonly settings: JsonObject;
  /** Pictures to start from; with any, the question is a form. */
  readonly pictures: readonly PictureField[];
  /** The size that what is made must be brought to here. */
  readonly shrinksTo: PictureCall['size'];
}

/** Throws `GatewayError` on what cannot be asked; what is only left out is told in the setting's warnings. */
export function writeQuestion(call: PictureCall, setting: JobSetting): Question {
  const { preset, warnings } = setting;
  if (call.kind === 'images') {
    const settings = { ...writeSettings(call, setting, []), ...writeSize(call, preset, warnings) };
    const shrinksTo = sizeToShrinkTo(call, preset);
    return { path: '/v1/generation/text-to-image', settings, pictures: [], shrinksTo };
  }
  const change = changeOf(call, warnings);
  const settings = { ...writeSettings(call, setting, changeWishes), ...change.settings };
  const shrinksTo = change.hasOwnSize ? sizeToShrinkTo(call, preset) : undefined;
  return { ...change, settings: { ...settings, ...sizeOfChange(call, change, setting) }, shrinksTo };
}

/** Most changes keep the size of the picture they start from. */
function sizeOfChange(
  call: ImageChangeCall,
  { hasOwnSize }: Change,
  { preset, warnings }: JobSetting,
): JsonObject {
  if (hasOwnSize) return writeSize(call, preset, warnings);
  if (call.size !== undefined) warnings.dropped('size', 'as_the_picture_sent');
  return {};
}

/** The question as it is asked; `names` count more than what it says itself. */
export function askOf({ path, settings, pictures }: Question, names: JsonObject): Ask | FormAsk {
  const all = { ...settings, ...names };
  if (pictures.length === 0) return post(path, all);
  return { method: 'POST', path, form: [...Object.entries(all).flatMap(fieldsOf), ...pictures] };
}

/**
 * A setting as Fooocus-API reads it from a form: a list of styles as a field for each, a list without any as one without a
 * name, all other structure as JSON. An empty text would count as none said.
 */
function fieldsOf([name, value]: [string, JsonValue | undefined]): FormField[] {
  if (value === undefined || value === '') return [];
  if (name === 'style_selections' && Array.isArray(value)) {
    const styles = value.length === 0 ? [','] : value;
    return styles.map((style) => ({ name, text: String(style) }));
  }
  return [{ name, text: typeof value === 'string' ? value : JSON.stringify(value) }];
}
