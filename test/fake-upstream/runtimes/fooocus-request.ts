/**
 * What Fooocus-API makes of a question (models/common/requests.py, models/requests_v1.py): JSON for pictures out of words,
 * forms for pictures out of pictures. It is stricter than the real one in one thing: a name it does not know is refused, so
 * that no slip of ours goes unseen.
 */
import { type Json, type JsonObject, listIn, objectIn, stringIn } from '../json.ts';

export interface Task {
  /** As `job_type` tells it. */
  readonly type: string;
  readonly path: string;
  /** Fields that must be there, and those that may, beside what every question has. */
  readonly needs: readonly string[];
  readonly takes: readonly string[];
}

const outpainting = ['left', 'right', 'top', 'bottom'].map((side) => `outpaint_distance_${side}`);
const guides = [1, 2, 3, 4].flatMap((at) => [
  `cn_img${at}`,
  `cn_stop${at}`,
  `cn_weight${at}`,
  `cn_type${at}`,
]);
const inpainting = ['input_mask', 'inpaint_additional_prompt', 'outpaint_selections', ...outpainting];

export const fooocusTasks: readonly Task[] = [
  { type: 'Text to Image', path: 'text-to-image', needs: [], takes: [] },
  {
    type: 'Image Upscale or Variation',
    path: 'image-upscale-vary',
    needs: ['input_image', 'uov_method'],
    takes: ['upscale_value'],
  },
  {
    type: 'Image Inpaint or Outpaint',
    path: 'image-inpaint-outpaint',
    needs: ['input_image'],
    takes: inpainting,
  },
  { type: 'Image Prompt', path: 'image-prompt', needs: [], takes: ['input_image', ...inpainting, ...guides] },
];

type Check = (value: Json | undefined) => boolean;

const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(stringIn(value));
const between =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;
const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && between(least, most)(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const picture: Check = (value) => stringIn(objectIn(value).sha256) !== '';

/** What every question may have. */
const common: Readonly<Record<string, Check>> = {
  prompt: text,
  negative_prompt: text,
  style_selections: listOf(text),
  performance_selection: oneOf('Speed', 'Quality', 'Extreme Speed', 'Lightning', 'Hyper-SD'),
  aspect_ratios_selection: (value) => /^\d{3,4}\*\d{3,4}$/.test(stringIn(value)),
  image_number: whole(1, 32),
  image_seed: whole(-1, 2 ** 63),
  sharpness: between(0, 30),
  guidance_scale: between(1, 30),
  base_model_name: text,
  refiner_model_name: text,
  refiner_switch: between(0.1, 1),
  loras: listOf(isLora),
  advanced_params: isAdvanced,
  save_extension: oneOf('png', 'jpg', 'webp'),
  require_base64: flag,
  async_process: flag,
};

const checks: Readonly<Record<string, Check>> = {
  ...common,
  input_image: picture,
  input_mask: picture,
  uov_method: oneOf(
    ...['Vary (Subtle)', 'Vary (Strong)', 'Upscale (1.5x)', 'Upscale (2x)'],
    ...['Upscale (Fast 2x)', 'Upscale (Custom)'],
  ),
  upscale_value: between(1, 5),
  outpaint_selections: listOf(oneOf('Left', 'Right', 'Top', 'Bottom')),
  cn_img1: picture,
  cn_img2: picture,
  cn_img3: picture,
  cn_img4: picture,
};

function isLora(value: Json | undefined): boolean {
  const { enabled, model_name, weight } = objectIn(value);
  return flag(enabled) && text(model_name) && between(-2, 2)(weight);
}

function isAdvanced(value: Json | undefined): boolean {
  const { overwrite_width, overwrite_height, ...others } = objectIn(value);
  return [overwrite_width, overwrite_height].every(whole(-1, 2048)) && Object.keys(others).length === 0;
}

/** The fields that are wrong, missing or not its own; what is left is in order. */
export function complaintsOf({ needs, takes }: Task, sent: JsonObject): string[] {
  const known = new Set([...Object.keys(common), ...needs, ...takes]);
  const wrong = Object.entries(sent).filter(
    ([name, value]) => !known.has(name) || checks[name]?.(value) !== true,
  );
  return [...needs.filter((name) => sent[name] === undefined), ...wrong.map(([name]) => name)];
}

/** A form's fields as their types would have them: what is a text in a form may be a number, a list or JSON. */
export function fromForm(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typed(name, value)]));
}

function typed(name: string, value: Json | undefined): Json | undefined {
  if (name === 'style_selections' || name === 'outpaint_selections')
    return (typeof value === 'string' ? [value] : listIn(value)).flatMap(named);
  if (typeof value !== 'string') return value;
  if (name === 'loras' || name === 'advanced_params') return parsed(value);
  if (checks[name] === flag) return value === 'true' ? true : value === 'false' ? false : value;
  return checks[name]?.('') === false && checks[name]?.(Number(value)) === true ? Number(value) : value;
}

/** Separated by commas. */
function named(value: Json): string[] {
  return stringIn(value)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function parsed(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** PNG, JPEG or WebP, as the imaging library behind it would see at once. */
export function areReadable(sent: JsonObject): boolean {
  return Object.values(sent)
    .map((value) => stringIn(objectIn(value).begins))
    .filter((begins) => begins !== '')
    .every((begins) => /^(89504e47|ffd8ff|52494646)/.test(begins));
}
