import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { Fields, missing, wrongType } from '../gemini-family/fields.ts';

export function isBatch({ route }: Address): boolean {
  return route.endsWith(':batchEmbedContents');
}

/** The requests of a batch, or the body itself, which is one. */
export function requestsOf(body: JsonObject, address: Address): Fields[] {
  const fields = new Fields(body);
  if (!isBatch(address)) return [withContent(fields)];
  if (!fields.has('requests')) throw missing('requests');
  const requests = fields.each('requests');
  if (requests.length === 0) throw wrongType('requests', 'an array with at least one request');
  return requests.map(withContent);
}

function withContent(request: Fields): Fields {
  if (!request.has('content')) throw missing(request.param('content'));
  return request;
}
