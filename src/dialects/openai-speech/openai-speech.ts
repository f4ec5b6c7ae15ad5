import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Address, Dialect, WholeHeard } from '../dialect.ts';
import { readOpenAiError, writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { askedOf } from '../openai-media-family/asked.ts';
import { MediaListener } from '../openai-media-family/media-listener.ts';
import { openAiRoutes } from '../openai-media-family/routes.ts';
import { passingOnly } from '../passing-family/passing-only.ts';

/**
 * OpenAI's speech from text (protocols 2.9): the answer is sound as it is made, or events with sound in base64. It
 * refuses to know voices and formats; they are between client and backend.
 */
export const openAiSpeech: Dialect = {
  name: 'openai-speech',
  operation: 'audio',
  ...passingOnly,
  routes: openAiRoutes('/audio/speech'),
  readAsked: (body: JsonObject, address: Address) =>
    askedOf('audio', body, address, { isStream: body['stream_format'] === 'sse' }),
  planEdits: planModelEdits,
  passesType,
  hearWhole,
  streamListener: () => new MediaListener({ ending: 'speech.audio.done', bulk: 'audio', endsAtDone: true }),
  writeError: writeOpenAiError,
};

/** Sound under whatever name; servers of one's own name none, or that of any file. */
function passesType(contentType: string): boolean {
  return contentType === '' || /^(audio|video)\/|^application\/(octet-stream|ogg)/i.test(contentType);
}

/** Sound does not come as JSON: what does is a failure. */
function hearWhole(answer: JsonValue): WholeHeard {
  const error = readOpenAiError(isJsonObject(answer) ? answer : {});
  return {
    error: error ?? {
      message: 'the backend answered a request for speech without any',
      code: 'upstream_bad_response',
    },
  };
}
