import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';

/** How the next token is chosen. This API knows temperature and `top_p`; the rest only nudges, and is told. */
export function writeSampling(call: GenerationCall, writing: Writing): JsonObject {
  refuseStop(call, writing);
  refuseChoices(call, writing);
  refuseSuffix(call, writing);
  const others = [
    ['seed', call.seed],
    ['frequency_penalty', call.frequencyPenalty],
    ['presence_penalty', call.presencePenalty],
  ] as const;
  for (const [name, value] of others) if (value !== undefined) writing.warnings.dropped(name);
  return { temperature: call.temperature, top_p: call.topP, ...vendorSampling(call, writing) };
}

function vendorSampling({ topK, minP }: GenerationCall, { quirks, warnings }: Writing): JsonObject {
  if (quirks.vendorSampling) return { top_k: topK, min_p: minP };
  if (topK !== undefined) warnings.dropped('top_k');
  if (minP !== undefined) warnings.dropped('min_p');
  return {};
}

function refuseStop({ stop }: GenerationCall, { warnings }: Writing): void {
  if (stop.length === 0) return;
  warnings.refuse('stop', 'This backend knows no stop texts; leave "stop" out.');
}

function refuseChoices({ choices }: GenerationCall, { warnings }: Writing): void {
  if (choices === 1) return;
  warnings.refuse('n', 'This backend gives one answer at a time; send "n": 1, or one request for each.');
}

function refuseSuffix({ suffix }: GenerationCall, { warnings }: Writing): void {
  if (!suffix) return;
  warnings.refuse('suffix', 'This backend cannot write towards a given end; leave "suffix" out.');
}
