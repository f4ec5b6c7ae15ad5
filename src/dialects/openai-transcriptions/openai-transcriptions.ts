import { textOfSpeech } from '../openai-media-family/text-of-speech.ts';

/** OpenAI's text from speech, in the language that is spoken (protocols 2.9). */
export const openAiTranscriptions = textOfSpeech('openai-transcriptions', '/audio/transcriptions');
