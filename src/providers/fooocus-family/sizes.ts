import type { JsonObject } from '../../model/json.ts';
import type { PicturePreset } from '../../model/picture-preset.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { PictureCall } from './wishes.ts';

/** What Fooocus offers: those SDXL was trained on. */
const OFFERED = new Set(
  (
    '704*1408 704*1344 768*1344 768*1280 832*1216 832*1152 896*1152 896*1088 960*1088 960*1024 1024*1024 1024*960 ' +
    '1088*960 1088*896 1152*896 1152*832 1216*832 1280*768 1344*768 1344*704 1408*704 1472*704 1536*640 1600*640 ' +
    '1664*576 1728*576'
  ).split(' '),
);

/** The sizes of OpenAI's models, as the nearest of those. */
const SIZES: Readonly<Record<string, string>> = {
  '1024x1024': '1024*1024',
  '1792x1024': '1344*768',
  '1024x1792': '768*1344',
  '1536x1024': '1216*832',
  '1024x1536': '832*1216',
};
/** Of older models; SDXL draws nothing sensible so small. Each is a whole number of times smaller than this. */
const SMALL_SIZES = ['256x256', '512x512'];
const INSTEAD_OF_SMALL = '1024*1024';
const SIDE_MIN = 512;
const SIDE_MAX = 2048;

/** By the operator's table, by ours, as one of those that are offered, or to the pixel. */
export function writeSize(call: PictureCall, preset: PicturePreset, warnings: Warnings): JsonObject {
  const { size } = call;
  const name = nameOf(size);
  const known = preset.sizes?.[name] ?? SIZES[name];
  if (known !== undefined) return { aspect_ratios_selection: known };
  if (size === undefined) return {};
  const offered = `${size.width}*${size.height}`;
  if (OFFERED.has(offered)) return { aspect_ratios_selection: offered };
  if (isSmall(call, preset)) return { aspect_ratios_selection: insteadOfSmall(name, preset, warnings) };
  if (Math.min(size.width, size.height) < SIDE_MIN || Math.max(size.width, size.height) > SIDE_MAX)
    warnings.reject('size', `Both sides of "size" must be from ${SIDE_MIN} to ${SIDE_MAX} pixels here.`);
  return { advanced_params: { overwrite_width: size.width, overwrite_height: size.height } };
}

/** The size that what is drawn must be brought to by us; undefined = it comes as it shall be. */
export function sizeToShrinkTo(call: PictureCall, preset: PicturePreset): PictureCall['size'] {
  const { smallSizes = 'resize' } = preset;
  return smallSizes === 'resize' && isSmall(call, preset) ? call.size : undefined;
}

function isSmall({ size }: PictureCall, { sizes }: PicturePreset): boolean {
  const name = nameOf(size);
  return SMALL_SIZES.includes(name) && sizes?.[name] === undefined;
}

function insteadOfSmall(name: string, { smallSizes }: PicturePreset, warnings: Warnings): string {
  if (smallSizes === 'refuse')
    warnings.reject('size', `Nothing so small as ${name} is drawn here; ask for 1024x1024.`);
  if (smallSizes === 'enlarge') warnings.changed('size', 'smallest_there_is');
  return INSTEAD_OF_SMALL;
}

function nameOf(size: PictureCall['size']): string {
  return size === undefined ? 'auto' : `${size.width}x${size.height}`;
}
