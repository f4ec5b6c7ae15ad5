import type { EmbeddingsCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Reading } from '../dialect.ts';
import { type Fields, fieldsOf } from '../gemini-family/fields.ts';
import { modelOf } from '../gemini-family/model-name.ts';
import { requestsOf } from './requests.ts';
import { readTaskType } from './task-type.ts';

/** An embeddings request as a call: what its requests ask of their vectors must be the same for all. */
export function readCall(body: JsonObject, { address, warnings }: Reading): EmbeddingsCall {
  const requests = requestsOf(body, address);
  const first = requests[0] as Fields;
  refuseOdd(requests, first, warnings);
  return {
    kind: 'embeddings',
    model: modelOf(address) ?? '',
    inputs: requests.map((request) => readText(request, warnings)),
    dimensions: first.count('outputDimensionality', 1),
    purpose: readTaskType(first.string('taskType'), first.param('taskType'), warnings),
    title: first.string('title'),
    truncates: first.flag('autoTruncate'),
    extra: {},
  };
}

const shared = ['taskType', 'outputDimensionality', 'title', 'autoTruncate'];

function refuseOdd(requests: readonly Fields[], first: Fields, warnings: Warnings): void {
  for (const request of requests) {
    const odd = shared.find((name) => request.get(name) !== first.get(name));
    if (odd === undefined) continue;
    const param = request.param(odd);
    warnings.refuse(
      param,
      `"${param}" differs from that of the first request; this model takes one for all.`,
    );
  }
}

/** Texts alone can be embedded here; several parts are one text. */
function readText(request: Fields, warnings: Warnings): string {
  const content = request.get('content');
  if (typeof content === 'string') return content;
  const parts = fieldsOf(content, request.param('content')).each('parts');
  const texts = parts.map((part) => part.string('text') ?? notText(part, warnings));
  return texts.join('\n');
}

function notText(part: Fields, warnings: Warnings): string {
  warnings.refuse(part.path, `"${part.path}" is no text; this model embeds nothing else.`);
  return '';
}
