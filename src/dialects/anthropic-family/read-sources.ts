import type { Part } from '../../model/call.ts';
import { type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { cleanBase64 } from '../media-family/base64.ts';
import { needObject, needString, readString, wrongType } from './request-fields.ts';

type Place = { readonly url: string } | { readonly fileId: string };

export function readImage(block: JsonObject, path: string): Part {
  return { type: 'image', ...readPlace(needObject(block['source'], `${path}.source`), `${path}.source`) };
}

/** Reads the blocks a document is made of. */
type InnerReader = (content: JsonValue | undefined, path: string) => readonly Part[];

/** A document; one that is made of blocks becomes its texts and pictures, for nobody else has such. */
export function readDocument(
  block: JsonObject,
  path: string,
  warnings: Warnings,
  readInner: InnerReader,
): readonly Part[] {
  const source = needObject(block['source'], `${path}.source`);
  if (objectMember(block, 'citations')?.['enabled'] === true) warnings.dropped(`${path}.citations`);
  const name = readString(block, 'title', path);
  const context = readString(block, 'context', path);
  if (source['type'] !== 'content') {
    return [{ type: 'file', ...readPlace(source, `${path}.source`), name, context }];
  }
  const inner = readInner(source['content'], `${path}.source.content`);
  const head = [name, context].filter(Boolean).join('\n');
  return head === '' ? inner : [{ type: 'text', text: head }, ...inner];
}

function readPlace(source: JsonObject, path: string): Place {
  const type = needString(source, 'type', path);
  if (type === 'url') return { url: needString(source, 'url', path) };
  if (type === 'file') return { fileId: needString(source, 'file_id', path) };
  if (type === 'text') return { url: textUrl(needString(source, 'data', path)) };
  if (type === 'base64') return { url: base64Url(source, path) };
  throw wrongType(`${path}.type`, 'one of base64, url, file, text, content');
}

function base64Url(source: JsonObject, path: string): string {
  const base64 = cleanBase64(needString(source, 'data', path));
  if (base64 === undefined) throw wrongType(`${path}.data`, 'base64');
  return `data:${needString(source, 'media_type', path)};base64,${base64}`;
}

function textUrl(text: string): string {
  return `data:text/plain;base64,${Buffer.from(text, 'utf8').toString('base64')}`;
}
