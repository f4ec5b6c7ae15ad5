import type { Part } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { cleanBase64 } from '../media-family/base64.ts';
import { type Fields, fieldsOf, missing } from './fields.ts';
import { isGooglesOwn } from './google-files.ts';

/** Bytes inside the request: a picture, a sound, or any other file. */
export function readInlineData(part: Fields, detail: string | undefined): Part {
  const data = fieldsOf(part.get('inlineData'), part.param('inlineData'));
  const mimeType = data.string('mimeType')?.toLowerCase() || 'application/octet-stream';
  const base64 = cleanBase64(data.string('data') ?? '');
  if (base64 === undefined) throw notBase64(data.param('data'));
  if (mimeType.startsWith('audio/')) return { type: 'audio', base64, format: formatOf(mimeType) };
  const url = `data:${mimeType};base64,${base64}`;
  if (mimeType.startsWith('image/')) return { type: 'image', url, detail };
  return { type: 'file', url, name: data.string('displayName') };
}

/** A place where the bytes are; those at Google's nobody else can fetch. */
export function readFileData(part: Fields, detail: string | undefined): Part {
  const data = fieldsOf(part.get('fileData'), part.param('fileData'));
  const uri = data.string('fileUri');
  if (!uri) throw missing(data.param('fileUri'));
  const place = isGooglesOwn(uri) ? { fileId: uri } : { url: uri };
  if (data.string('mimeType')?.startsWith('image/')) return { type: 'image', ...place, detail };
  return { type: 'file', ...place, name: data.string('displayName') };
}

function notBase64(param: string): GatewayError {
  return new GatewayError('invalid_request', `"${param}" is not base64.`, { param });
}

/** `audio/x-wav;rate=1` → `wav`; the format others call mp3 is `audio/mpeg` by the book. */
function formatOf(mimeType: string): string {
  const subtype = mimeType.slice('audio/'.length).split(';')[0]?.replace(/^x-/, '') || 'wav';
  return subtype === 'mpeg' ? 'mp3' : subtype;
}
