import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { writeThinking } from './thinking-config.ts';
import { writeResponseFormat } from './write-response-format.ts';

const STOP_MAX = 5;
const ALTERNATIVES_MAX = 20;

/** `generationConfig` (protocols 4.1, 11). */
export function writeGenerationConfig(call: GenerationCall, writing: Writing): JsonObject {
  const { warnings } = writing;
  if (call.minP !== undefined) warnings.dropped('min_p');
  if (call.verbosity !== undefined) warnings.dropped('verbosity');
  const maxOutputTokens = writeTokensMax(call, writing);
  const members = {
    temperature: call.temperature,
    topP: call.topP,
    topK: call.topK,
    seed: call.seed,
    presencePenalty: call.presencePenalty,
    frequencyPenalty: call.frequencyPenalty,
    maxOutputTokens,
    candidateCount: writeChoices(call, writing),
    stopSequences: writeStop(call.stop, warnings),
    ...writeLogprobs(call, warnings),
    ...writeResponseFormat(call, warnings),
    mediaResolution: writeDetail(call, warnings),
    thinkingConfig: writeThinking(call.model, call.reasoning, maxOutputTokens, warnings),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function writeTokensMax({ outputTokensMax }: GenerationCall, writing: Writing): number | undefined {
  const most = writing.outputTokensMax;
  if (outputTokensMax === undefined || most === undefined || outputTokensMax <= most) return outputTokensMax;
  writing.warnings.changed('max_tokens', 'limit_of_model');
  return most;
}

/** Several answers at once come whole only: Google refuses them in a stream. */
function writeChoices({ choices }: GenerationCall, { isStream, warnings }: Writing): number | undefined {
  if (choices <= 1) return undefined;
  if (!isStream) return choices;
  warnings.refuse(
    'n',
    'This model gives several answers ("n") only without a stream; ask for one, or leave out "stream".',
  );
  return undefined;
}

function writeStop(stop: readonly string[], warnings: Warnings): readonly string[] | undefined {
  if (stop.length > STOP_MAX) {
    warnings.refuse('stop', `This model takes at most ${STOP_MAX} texts in "stop"; send fewer.`);
  }
  return stop.length === 0 ? undefined : stop.slice(0, STOP_MAX);
}

function writeLogprobs({ logprobs }: GenerationCall, warnings: Warnings): JsonObject {
  if (logprobs === undefined) return {};
  if (logprobs.alternatives > ALTERNATIVES_MAX) warnings.changed('top_logprobs', 'limit_of_model');
  const alternatives = Math.min(logprobs.alternatives, ALTERNATIVES_MAX);
  return { responseLogprobs: true, ...(alternatives > 0 && { logprobs: alternatives }) };
}

const resolutions: ReadonlyMap<string, string> = new Map([
  ['low', 'MEDIA_RESOLUTION_LOW'],
  ['high', 'MEDIA_RESOLUTION_HIGH'],
]);

/** Google looks at all pictures of a request equally closely: as closely as the most demanding one wants. */
function writeDetail({ messages }: GenerationCall, warnings: Warnings): string | undefined {
  const images = messages.flatMap((message) => message.parts).filter((part) => part.type === 'image');
  const wanted = images.map((image) => image.detail).filter((detail) => resolutions.has(detail ?? ''));
  if (new Set(wanted).size > 1) warnings.changed('image_url.detail', 'one_for_all_images');
  return resolutions.get(wanted.includes('high') ? 'high' : (wanted[0] ?? ''));
}
