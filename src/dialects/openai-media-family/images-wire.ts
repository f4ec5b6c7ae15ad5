import type { JsonObject } from '../../model/json.ts';

/** What travels on the images API (protocols 2.8), as this house writes it. */
export interface WireImages extends JsonObject {
  readonly created: number;
  readonly data: readonly WireImage[];
  readonly usage?: JsonObject;
}

export interface WireImage extends JsonObject {
  readonly b64_json?: string;
  readonly url?: string;
  readonly revised_prompt?: string;
  /** Not of OpenAI's: what makes the same picture again. */
  readonly seed?: number | string;
}

/** The file formats as `output_format` names them; a format we do not know is called what it is. */
export function formatOf(mediaType: string): string {
  return mediaType.replace(/^image\//, '').replace(/\+.*$/, '');
}

export function mediaTypeOf(format: string | undefined): string {
  return format === 'svg' ? 'image/svg+xml' : `image/${format ?? 'png'}`;
}
