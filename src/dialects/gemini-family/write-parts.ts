import type { Part, PartOf } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { argumentsObject } from '../tool-use-family/tool-arguments.ts';
import { functionName } from './function-name.ts';
import { writeAudio, writeFile, writeImage } from './write-media.ts';

/** One part as Google's parts; `param` is where it stands in the client's request. */
export function writePart(part: Part, param: string, warnings: Warnings): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }];
    case 'thinking':
      return writeThinking(part);
    case 'redacted-thinking':
      return [];
    case 'image':
      return writeImage(part, param, warnings);
    case 'audio':
      return writeAudio(part, param, warnings);
    case 'file':
      return writeFile(part, param, warnings);
    case 'tool-use':
      return [writeToolUse(part, param, warnings)];
  }
}

/**
 * Thoughts go back only with Google's own signature; those of others mean nothing to it and are dropped (protocols
 * 10.6). A signature without thoughts once stood on an empty text (4.5).
 */
function writeThinking({ text, signature }: PartOf<'thinking'>): JsonObject[] {
  if (signature?.origin !== 'gemini') return [];
  return [{ text, ...(text !== '' && { thought: true }), thoughtSignature: signature.value }];
}

/** Ids are left out: Google tells calls apart by their order, and not all of its surfaces know ids. */
function writeToolUse(use: PartOf<'tool-use'>, param: string, warnings: Warnings): JsonObject {
  const { value, change } = argumentsObject(use.arguments);
  if (change !== undefined) warnings.changed(param, `arguments_${change}`);
  const isOwn = use.signature?.origin === 'gemini';
  return {
    functionCall: { name: functionName(use.name), args: value },
    ...(isOwn && { thoughtSignature: use.signature?.value }),
  };
}
