import type { ImagesCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { PicturePreset } from '../../model/picture-preset.ts';
import type { Warnings } from '../../model/warnings.ts';

/** The sizes of OpenAI's models, as the nearest of those that SDXL was trained on. */
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

/** By the operator's table, by ours, or to the pixel. */
export function writeSize({ size }: ImagesCall, preset: PicturePreset, warnings: Warnings): JsonObject {
  const name = size === undefined ? 'auto' : `${size.width}x${size.height}`;
  const known = preset.sizes?.[name] ?? SIZES[name];
  if (known !== undefined) return { aspect_ratios_selection: known };
  if (size === undefined) return {};
  if (SMALL_SIZES.includes(name)) {
    warnings.changed('size', 'smallest_there_is');
    return { aspect_ratios_selection: '1024*1024' };
  }
  if (Math.min(size.width, size.height) < SIDE_MIN || Math.max(size.width, size.height) > SIDE_MAX)
    warnings.reject('size', `Both sides of "size" must be from ${SIDE_MIN} to ${SIDE_MAX} pixels here.`);
  return { advanced_params: { overwrite_width: size.width, overwrite_height: size.height } };
}
