import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Address, Dialect, WholeHeard } from '../dialect.ts';
import { readOpenAiError, writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { passingOnly } from '../passing-family/passing-only.ts';
import { askedOf, readStreamWish } from './asked.ts';
import { MediaListener } from './media-listener.ts';
import { readMediaUsage } from './media-usage.ts';
import { openAiRoutes } from './routes.ts';

/**
 * What transcriptions and translations have in common, which is all but the language of the text: a form with a
 * recording; the answer is JSON, plain text, subtitles, or a stream of text.
 */
export function textOfSpeech(name: string, path: string): Dialect {
  return {
    name,
    operation: 'audio',
    ...passingOnly,
    routes: openAiRoutes(path),
    takesForms: true,
    readAsked: (body: JsonObject, address: Address) =>
      askedOf('audio', body, address, { isStream: readStreamWish(body) }),
    planEdits: planModelEdits,
    passesType: (contentType) => /^text\/(?!event-stream|html)|^application\/x-subrip/i.test(contentType),
    hearWhole,
    streamListener: () =>
      new MediaListener({ ending: 'transcript.text.done', bulk: undefined, endsAtDone: true }),
    writeError: writeOpenAiError,
  };
}

/** Usage is told in tokens or in seconds; the verbose form tells beside it how long the recording was. */
function hearWhole(answer: JsonValue): WholeHeard {
  const body = isJsonObject(answer) ? answer : {};
  const isText = typeof body['text'] === 'string';
  return {
    usage: readMediaUsage(body['usage'], body['duration']),
    error: readOpenAiError(body) ?? (isText ? undefined : withoutText),
  };
}

const withoutText = {
  message: 'the backend answered a recording without any text',
  code: 'upstream_bad_response',
};
