import type { Part, PartOf } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { textPart } from './turn.ts';
import { writeFile } from './write-file.ts';

/** The parts of a content; what is no content (thoughts, tool uses) stands elsewhere in a message. */
export function writeParts(parts: readonly Part[], path: string, writing: Writing): JsonObject[] {
  return parts.flatMap((part, at) => writePart(part, `${path}.content[${at}]`, writing));
}

function writePart(part: Part, path: string, writing: Writing): JsonObject[] {
  const { warnings } = writing;
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [textPart(part.text)];
    case 'refusal':
      return [{ type: 'refusal', refusal: part.text }];
    case 'image':
      return writeImage(part, path, warnings);
    case 'audio':
      return writeAudio(part, path, warnings);
    case 'file':
      return writeFile(part, path, writing);
    default:
      return [];
  }
}

function writeImage({ url, detail }: PartOf<'image'>, path: string, warnings: Warnings): JsonObject[] {
  if (url !== undefined) return [{ type: 'image_url', image_url: withoutUndefined({ url, detail }) }];
  warnings.refuse(path, `"${path}" names a picture kept elsewhere; send the picture itself or its URL.`);
  return [];
}

function writeAudio({ base64, format }: PartOf<'audio'>, path: string, warnings: Warnings): JsonObject[] {
  if (format === 'wav' || format === 'mp3')
    return [{ type: 'input_audio', input_audio: { data: base64, format } }];
  warnings.refuse(path, `The sound in "${path}" must be wav or mp3 for this backend.`);
  return [];
}
