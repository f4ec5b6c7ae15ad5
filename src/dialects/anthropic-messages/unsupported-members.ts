import type { GenerationCall } from '../../model/call.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

/** What of a call Anthropic has nothing for: told where it only nudges, refused where the answer would be another (protocols 11). */
export function warnOfMissing(call: GenerationCall, warnings: Warnings): void {
  refuseOtherAnswers(call, warnings);
  const nudges = [
    ['min_p', call.minP],
    ['seed', call.seed],
    ['frequency_penalty', call.frequencyPenalty || undefined],
    ['presence_penalty', call.presencePenalty || undefined],
    ['verbosity', call.verbosity],
  ] as const;
  for (const [param, value] of nudges) if (value !== undefined) warnings.dropped(param);
  if (call.isRawPrompt) warnings.changed('prompt', 'sent_as_message');
  for (const [name, value] of Object.entries(call.extra)) judgeExtra(name, value, warnings);
}

function refuseOtherAnswers(call: GenerationCall, warnings: Warnings): void {
  if (call.choices > 1)
    warnings.refuse('n', 'The backend of this model gives one answer at a time; ask for it several times.');
  if (call.logprobs !== undefined)
    warnings.refuse(
      'logprobs',
      'The backend of this model tells no log probabilities; leave out "logprobs".',
    );
  if (call.suffix !== undefined)
    warnings.refuse('suffix', 'The backend of this model cannot fill in the middle; leave out "suffix".');
}

/** Book-keeping that nobody can miss (D), and what is written elsewhere. */
const unmissed: ReadonlySet<string> = new Set([
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
  'stream_options',
  'include_obfuscation',
  'user',
]);

function judgeExtra(name: string, value: JsonValue | undefined, warnings: Warnings): void {
  if (value === undefined || value === null || unmissed.has(name)) return;
  if (name === 'modalities' && !asksForSound(value)) return;
  if (name === 'moderation' && !(isJsonObject(value) && value['mode'] === 'block')) return;
  if (isContract(name))
    warnings.refuse(
      name,
      `The backend of this model has nothing for "${name}", and the answer would be another without it; leave it out.`,
    );
  else warnings.dropped(name);
}

function asksForSound(modalities: JsonValue): boolean {
  return !Array.isArray(modalities) || modalities.some((modality) => modality !== 'text');
}

function isContract(name: string): boolean {
  return name === 'modalities' || name === 'audio' || name === 'moderation';
}
