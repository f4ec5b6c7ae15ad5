import type { Warnings } from '../../model/warnings.ts';
import type { Fields } from './fields.ts';

/** Members of `generationConfig` that are read elsewhere, or that nobody can miss (letter D). */
const known: ReadonlySet<string> = new Set([
  ...['temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'stopSequences', 'seed'],
  ...['presencePenalty', 'frequencyPenalty', 'responseLogprobs', 'logprobs', 'thinkingConfig'],
  ...['responseMimeType', 'responseSchema', 'responseJsonSchema', '_responseJsonSchema'],
  ...['responseModalities', 'speechConfig', 'audioTranscriptionConfig', 'mediaResolution'],
  ...['enableEnhancedCivicAnswers', 'modelSelectionConfig', 'routingConfig'],
]);

/** W: everything else. */
export function tellDropped(config: Fields, warnings: Warnings): void {
  for (const param of config.others(known)) warnings.dropped(param);
}

/** Pictures and speech are another kind of answer, which is not given in passing (protocols 11). */
export function refuseOutput(config: Fields, warnings: Warnings): void {
  const others = config.strings('responseModalities').filter((modality) => !isText(modality));
  if (others.length > 0) {
    warnings.refuse(
      config.param('responseModalities'),
      'This model answers in text only; ask for TEXT alone.',
    );
  }
  for (const name of ['speechConfig', 'audioTranscriptionConfig']) {
    if (config.has(name))
      warnings.refuse(
        config.param(name),
        `This model neither speaks nor listens; leave out "${config.param(name)}".`,
      );
  }
}

function isText(modality: string): boolean {
  return modality === 'TEXT' || modality === 'MODALITY_UNSPECIFIED';
}

const details: ReadonlyMap<string, string> = new Map([
  ['MEDIA_RESOLUTION_LOW', 'low'],
  ['MEDIA_RESOLUTION_HIGH', 'high'],
]);

/** One resolution for all pictures of a request. */
export function readDetail(config: Fields): string | undefined {
  return details.get(config.string('mediaResolution') ?? '');
}
