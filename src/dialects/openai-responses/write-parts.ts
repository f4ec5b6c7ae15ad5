import type { Part, PartOf } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';

/** What a user or a tool says: one text where that will do, else parts. `path` names the message in a refusal. */
export function writeContent(parts: readonly Part[], path: string, writing: Writing): string | JsonObject[] {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const isTextOnly = texts.length === parts.length;
  if (isTextOnly && (texts.length <= 1 || writing.quirks.flattensText)) return texts.join('\n');
  return parts.flatMap((part, at) => writePart(part, `${path}.content[${at}]`, writing));
}

function writePart(part: Part, path: string, writing: Writing): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [{ type: 'input_text', text: part.text }];
    case 'image':
      return writeImage(part, path, writing);
    case 'file':
      return writeFile(part, path, writing);
    case 'thinking':
    case 'redacted-thinking':
      return [];
    case 'audio':
    case 'tool-use':
      return refuse(path, 'is of a kind that this backend does not take', writing);
  }
}

/** `detail` is required by the published schema. */
function writeImage(part: PartOf<'image'>, path: string, writing: Writing): JsonObject[] {
  const { url, fileId, detail } = part;
  if (isForeign(fileId)) return refuse(path, 'is a file of another provider', writing);
  return [
    withoutUndefined({ type: 'input_image', image_url: url, file_id: fileId, detail: detail ?? 'auto' }),
  ];
}

function writeFile(part: PartOf<'file'>, path: string, writing: Writing): JsonObject[] {
  const { url, fileId, name, context } = part;
  if (isForeign(fileId)) return refuse(path, 'is a file of another provider', writing);
  if (url !== undefined && /^data:(?:audio|video)\//i.test(url)) {
    return refuse(path, 'is sound or film, which this backend does not take', writing);
  }
  const told = context === undefined ? [] : [{ type: 'input_text', text: context }];
  return [...told, withoutUndefined({ type: 'input_file', ...source(url, fileId, name) })];
}

/** Bytes need a name, by whose ending they are told apart. */
function source(url: string | undefined, fileId: string | undefined, name: string | undefined): JsonObject {
  if (fileId !== undefined) return { file_id: fileId };
  if (!url?.startsWith('data:')) return { file_url: url };
  return { filename: name ?? (/^data:text\//i.test(url) ? 'document.txt' : 'document.pdf'), file_data: url };
}

/** A file's id means something only to the provider that gave it out (protocols 10.3); OpenAI's have this form. */
function isForeign(fileId: string | undefined): boolean {
  return fileId !== undefined && !/^(?:file|assistant)-/.test(fileId);
}

function refuse(path: string, why: string, { warnings }: Writing): JsonObject[] {
  warnings.refuse(path, `"${path}" ${why}; leave it out.`);
  return [];
}
