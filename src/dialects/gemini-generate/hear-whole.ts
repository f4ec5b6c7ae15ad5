import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
} from '../../model/json.ts';
import type { WholeHeard } from '../dialect.ts';
import { readAnswer } from '../gemini-family/frame-content.ts';
import { readGeminiUsage } from '../gemini-family/usage.ts';

/**
 * What a whole answer says about itself. A blocked prompt is an answer without candidates; one with neither is
 * none. A stream that came whole is a list of chunks, the last of which tells.
 */
export function hearWhole(answer: JsonValue): WholeHeard {
  const content = readAnswer(answer);
  if (content.kind === 'error') return { error: content.error };
  const chunks = content.kind === 'chunks' ? content.chunks : [];
  const usage = chunks
    .map((chunk) => readGeminiUsage(chunk['usageMetadata']))
    .findLast((one) => one !== undefined);
  if (!chunks.some(isAnswer)) return { usage, error: { message: "the backend's answer has no candidates" } };
  const images = chunks.reduce((sum, chunk) => sum + countImages(chunk), 0);
  return images === 0 ? { usage } : { usage, images };
}

export function isAnswer(chunk: JsonObject): boolean {
  return (
    arrayMember(chunk, 'candidates') !== undefined || objectMember(chunk, 'promptFeedback') !== undefined
  );
}

function countImages(chunk: JsonObject): number {
  const candidates = (arrayMember(chunk, 'candidates') ?? []).filter(isJsonObject);
  const contents = candidates.map((candidate) => objectMember(candidate, 'content') ?? {});
  return contents.flatMap((content) => arrayMember(content, 'parts') ?? []).filter(isImage).length;
}

function isImage(part: JsonValue): boolean {
  if (!isJsonObject(part) || part['thought'] === true) return false;
  const type = objectMember(part, 'inlineData')?.['mimeType'];
  return typeof type === 'string' && type.startsWith('image/');
}
