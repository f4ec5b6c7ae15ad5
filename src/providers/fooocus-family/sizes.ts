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
/** Of older models; SDXL draws nothing sensible so small. */
const SMALL_SIZES = ['256x256', '512x512'];
const SIDE_MIN = 512;
const SIDE_MAX = 2048;

/** By the operator's table, by ours, as one of those that are offered, or to the pixel. */
export function writeSize({ size }: PictureCall, preset: PicturePreset, warnings: Warnings): JsonObject {
  const name = size === undefined ? 'auto' : `${size.width}x${size.height}`;
  const known = preset.sizes?.[name] ?? SIZES[name];
  if (known !== undefined) return { aspect_ratios_selection: known };
  if (size === undefined) return {};
  const offered = `${size.width}*${size.height}`;
  if (OFFERED.has(offered)) return { aspect_ratios_selection: offered };
  if (SMALL_SIZES.includes(name)) {
    warnings.changed('size', 'smallest_there_is');
    return { aspect_ratios_selection: '1024*1024' };
  }
  if (Math.min(size.width, size.height) < SIDE_MIN || Math.max(size.width, size.height) > SIDE_MAX)
    warnings.reject('size', `Both sides of "size" must be from ${SIDE_MIN} to ${SIDE_MAX} pixels here.`);
  return { advanced_params: { overwrite_width: size.width, overwrite_height: size.height } };
}
