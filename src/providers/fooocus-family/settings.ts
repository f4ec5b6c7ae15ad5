import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { PicturePreset } from '../../model/picture-preset.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { JobSetting } from '../job.ts';
import { numberIn, numberOf, optional, type PictureCall, textIn } from './wishes.ts';

const PERFORMANCES: Readonly<Record<string, string>> = {
  standard: 'Speed',
  medium: 'Speed',
  high: 'Quality',
  xhigh: 'Quality',
  max: 'Quality',
  hd: 'Quality',
  low: 'Lightning',
};

const EXTENSIONS: Readonly<Record<string, string>> = { png: 'png', jpeg: 'jpg', jpg: 'jpg', webp: 'webp' };

/** Members beyond the book that every picture may be asked for with. */
const heededAlways: readonly string[] = [
  ...['negative_prompt', 'seed', 'quality', 'style', 'output_format', 'partial_images'],
  ...['guidance_scale', 'sharpness'],
];

/** What there is to say of every picture, whatever it is made of. `heededToo`: what its kind takes beside that. */
export function writeSettings(
  call: PictureCall,
  { preset, warnings }: JobSetting,
  heededToo: readonly string[],
): JsonObject {
  const { extra = {} } = call;
  const heeded = new Set([...heededAlways, ...heededToo]);
  for (const name of Object.keys(extra)) if (!heeded.has(name)) warnings.dropped(name);
  return {
    prompt: call.prompt,
    negative_prompt: textIn(extra, 'negative_prompt', warnings) ?? '',
    image_number: call.count,
    image_seed: readSeed(extra['seed'], warnings),
    ...optional('performance_selection', performanceOf(textIn(extra, 'quality', warnings), preset, warnings)),
    ...optional('style_selections', stylesOf(textIn(extra, 'style', warnings), preset)),
    ...optional('guidance_scale', numberIn(extra, 'guidance_scale', [1, 30], warnings)),
    ...optional('sharpness', numberIn(extra, 'sharpness', [0, 30], warnings)),
    ...writeModels(call, preset),
    ...optional('save_extension', extensionOf(textIn(extra, 'output_format', warnings), warnings)),
    require_base64: true,
    async_process: true,
  };
}

function writeModels(call: PictureCall, preset: PicturePreset): JsonObject {
  const loras = preset.loras?.map(({ model, weight }) => ({ enabled: true, model_name: model, weight }));
  return {
    base_model_name: preset.base ?? call.model,
    ...optional('refiner_model_name', preset.refiner),
    ...optional('refiner_switch', preset.refinerSwitch),
    ...optional('loras', loras),
  };
}

/** -1: any. */
function readSeed(value: JsonValue | undefined, warnings: Warnings): number {
  if (value === undefined) return -1;
  const seed = numberOf(value);
  if (seed !== undefined && Number.isSafeInteger(seed) && seed >= -1) return seed;
  return warnings.reject('seed', '"seed" must be a whole number from 0 up.');
}

function performanceOf(
  quality: string | undefined,
  { performance = {} }: PicturePreset,
  warnings: Warnings,
): string | undefined {
  if (quality === undefined) return performance['default'];
  const known = performance[quality] ?? PERFORMANCES[quality];
  const words = [...Object.keys(performance), ...Object.keys(PERFORMANCES)].filter(
    (word) => word !== 'default',
  );
  return known ?? warnings.reject('quality', `"quality" must be one of ${[...new Set(words)].join(', ')}.`);
}

/** `vivid` and `natural` are what the operator makes of them; any other may be a style of Fooocus' own. */
function stylesOf(style: string | undefined, { styles = {} }: PicturePreset): JsonValue | undefined {
  if (style === undefined) return styles['default'];
  return styles[style] ?? (isOpenAis(style) ? styles['default'] : [style]);
}

function isOpenAis(style: string): boolean {
  return style === 'vivid' || style === 'natural';
}

function extensionOf(format: string | undefined, warnings: Warnings): string | undefined {
  if (format === undefined) return undefined;
  return EXTENSIONS[format] ?? warnings.reject('output_format', '"output_format" must be png, jpeg or webp.');
}
