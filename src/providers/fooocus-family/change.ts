import type { ImageChangeCall } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { SentFile } from '../../model/sent-file.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { PictureField } from '../job.ts';
import { numberOf, textIn } from './wishes.ts';

/** How one picture is made of others: where that is asked for, with which settings and pictures. */
export interface Change {
  readonly path: string;
  readonly settings: JsonObject;
  readonly pictures: readonly PictureField[];
  /** The new picture has a size of its own, and not that of the picture it starts from. */
  readonly hasOwnSize: boolean;
}

/** Members beyond the book by which a request says what kind of change it wants. */
export const changeWishes: readonly string[] = ['vary', 'upscale', 'outpaint'];

/** Pictures a new one may be guided by. */
const GUIDES_MAX = 4;

/**
 * Which change is wanted:
 *
 * 1. `upscale`, or `vary`, or a variation: the whole picture, larger or a little different;
 * 2. an edit with a mask, or with sides to grow at (`outpaint`): a part of the first picture, the others being guides;
 * 3. an edit without: a new picture, guided by those that were sent.
 */
export function changeOf(call: ImageChangeCall, warnings: Warnings): Change {
  const { extra = {}, change, mask } = call;
  const [first, second] = changeWishes.filter((name) => extra[name] !== undefined);
  if (first !== undefined && second !== undefined)
    warnings.reject(second, `"${second}" and "${first}" cannot both be had of one picture.`);
  if (extra['upscale'] !== undefined)
    return wholePicture(call, upscaling(extra['upscale'], warnings), warnings);
  if (extra['vary'] !== undefined || change === 'variation')
    return wholePicture(call, { uov_method: varying(textIn(extra, 'vary', warnings), warnings) }, warnings);
  const sides = readSides(extra['outpaint'], warnings);
  return mask === undefined && sides === undefined ? guided(call, warnings) : inPlace(call, sides, warnings);
}

function wholePicture(call: ImageChangeCall, settings: JsonObject, warnings: Warnings): Change {
  const [picture, another] = call.pictures;
  if (another !== undefined)
    warnings.reject('image', 'One "image" can be changed as a whole, and not several.');
  if (call.mask !== undefined)
    warnings.reject('mask', 'A "mask" says where to edit; this change is of the whole picture.');
  return {
    path: '/v1/generation/image-upscale-vary',
    settings,
    pictures: picture === undefined ? [] : [asImage('input_image', picture)],
    hasOwnSize: false,
  };
}

const VARYINGS: Readonly<Record<string, string>> = { subtle: 'Vary (Subtle)', strong: 'Vary (Strong)' };

function varying(wanted: string | undefined, warnings: Warnings): string {
  const method = VARYINGS[wanted ?? 'subtle'];
  return method ?? warnings.reject('vary', '"vary" must be "subtle" or "strong".');
}

const UPSCALINGS: Readonly<Record<string, string>> = {
  '1.5': 'Upscale (1.5x)',
  '2': 'Upscale (2x)',
  fast: 'Upscale (Fast 2x)',
};
const TIMES_MAX = 5;

function upscaling(wanted: JsonValue, warnings: Warnings): JsonObject {
  const times = numberOf(wanted);
  const method = UPSCALINGS[String(times ?? wanted)];
  if (method !== undefined) return { uov_method: method };
  if (times !== undefined && times >= 1 && times <= TIMES_MAX)
    return { uov_method: 'Upscale (Custom)', upscale_value: times };
  return warnings.reject('upscale', `"upscale" must be a number from 1 to ${TIMES_MAX}, or "fast".`);
}

const SIDES: Readonly<Record<string, string>> = {
  left: 'Left',
  right: 'Right',
  top: 'Top',
  bottom: 'Bottom',
};

/** Several as a list, or in one text with commas; undefined = the picture does not grow. */
function readSides(wanted: JsonValue | undefined, warnings: Warnings): string | undefined {
  if (wanted === undefined) return undefined;
  const words = (Array.isArray(wanted) ? wanted : [wanted]).flatMap((word) => String(word).split(','));
  const sides = words.map((word) => SIDES[word.trim().toLowerCase()]);
  if (sides.every((side) => side !== undefined)) return [...new Set(sides)].join(',');
  return warnings.reject('outpaint', '"outpaint" must name sides: left, right, top, bottom.');
}

function inPlace(call: ImageChangeCall, sides: string | undefined, warnings: Warnings): Change {
  const [picture, ...guides] = call.pictures;
  const masks: PictureField[] =
    call.mask === undefined ? [] : [{ name: 'input_mask', picture: call.mask, param: 'mask', isMask: true }];
  return {
    path: `/v1/generation/${guides.length === 0 ? 'image-inpaint-outpaint' : 'image-prompt'}`,
    settings: sides === undefined ? {} : { outpaint_selections: sides },
    pictures: [
      ...(picture === undefined ? [] : [asImage('input_image', picture)]),
      ...masks,
      ...asGuides(guides, warnings),
    ],
    hasOwnSize: false,
  };
}

function guided({ pictures }: ImageChangeCall, warnings: Warnings): Change {
  return {
    path: '/v1/generation/image-prompt',
    settings: {},
    pictures: asGuides(pictures, warnings),
    hasOwnSize: true,
  };
}

function asGuides(guides: readonly SentFile[], warnings: Warnings): PictureField[] {
  if (guides.length > GUIDES_MAX)
    warnings.reject('image', `A picture is guided by ${GUIDES_MAX} others in "image" at most.`);
  return guides.map((picture, at) => asImage(`cn_img${at + 1}`, picture));
}

function asImage(name: string, picture: SentFile): PictureField {
  return { name, picture, param: 'image' };
}
