import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { camelOf, Fields, missing } from './fields.ts';
import { readContents, readSystem } from './read-contents.ts';
import { readDetail, refuseOutput, tellDropped } from './read-output-wishes.ts';
import { readReasoning } from './read-reasoning.ts';
import { readResponseFormat } from './read-response-format.ts';
import { readTools } from './read-tools.ts';

/** The members that have a place of their own in a call, or are book-keeping nobody can miss (letter D). */
const placed: ReadonlySet<string> = new Set([
  ...['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'model'],
  ...['safetySettings', 'labels', 'serviceTier', 'store', 'cachedContent', 'continuationToken'],
]);

/** A `GenerateContentRequest` as a call (protocols 4.1). */
export function readGeneration(
  json: JsonObject,
  path: string,
  model: string,
  warnings: Warnings,
): GenerationCall {
  const body = new Fields(json, path);
  if (!body.has('contents')) throw missing(body.param('contents'));
  const config = body.fields('generationConfig') ?? new Fields({}, body.param('generationConfig'));
  refuseElsewhere(body, warnings);
  tellUnsafe(body, warnings);
  refuseOutput(config, warnings);
  tellDropped(config, warnings);
  return {
    kind: 'generation',
    model,
    messages: [...readSystem(body, warnings), ...readContents(body, readDetail(config), warnings)],
    ...readTools(body, warnings),
    ...readSampling(config),
    logprobs: readLogprobs(config),
    responseFormat: readResponseFormat(config, warnings),
    reasoning: readReasoning(config),
    extra: extraOf(json),
  };
}

/** What is kept at Google's is not in the request, so nobody else can know it (protocols 10.11). */
function refuseElsewhere(body: Fields, warnings: Warnings): void {
  for (const name of ['cachedContent', 'continuationToken']) {
    if (!body.has(name)) continue;
    warnings.refuse(
      body.param(name),
      `"${body.param(name)}" points to what only Google has; send the contents themselves.`,
    );
  }
}

/** With these nothing is blocked, which is what a backend without such a filter does anyway. */
const blocksNothing: ReadonlySet<string | undefined> = new Set([
  ...['BLOCK_NONE', 'OFF', 'HARM_BLOCK_THRESHOLD_UNSPECIFIED', undefined],
]);

/** Nobody else filters by Google's categories; a client that wants something blocked is told (W). */
function tellUnsafe(body: Fields, warnings: Warnings): void {
  const settings = body.each('safetySettings');
  if (settings.some((setting) => !blocksNothing.has(setting.string('threshold')))) {
    warnings.dropped(body.param('safetySettings'));
  }
}

function readSampling(config: Fields) {
  return {
    // A limit of 0 is how Google's JSON may write an absent one.
    outputTokensMax: config.count('maxOutputTokens', 0) || undefined,
    temperature: config.number('temperature'),
    topP: config.number('topP'),
    topK: config.number('topK'),
    seed: config.number('seed'),
    frequencyPenalty: config.number('frequencyPenalty'),
    presencePenalty: config.number('presencePenalty'),
    stop: config.strings('stopSequences'),
    choices: config.count('candidateCount', 1) ?? 1,
  };
}

function readLogprobs(config: Fields): GenerationCall['logprobs'] {
  if (config.flag('responseLogprobs') !== true) return undefined;
  return { alternatives: config.count('logprobs', 0) ?? 0 };
}

function extraOf(json: JsonObject): JsonObject {
  const others = Object.entries(json).filter(([name, value]) => value !== null && !placed.has(camelOf(name)));
  return Object.fromEntries(others);
}
