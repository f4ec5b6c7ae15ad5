import { textOfSpeech } from '../openai-media-family/text-of-speech.ts';

/** OpenAI's text from speech, in English whatever is spoken (protocols 2.9). */
export const openAiTranslations = textOfSpeech('openai-translations', '/audio/translations');
