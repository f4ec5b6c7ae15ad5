import type { WireFormat } from '../recording.ts';
import type { Fold } from './fold.ts';
import { foldAnthropicMessage, foldAnthropicStream } from './fold-anthropic-messages.ts';
import { foldCohereChat, foldCohereChatStream } from './fold-cohere-chat.ts';
import { foldGemini } from './fold-gemini.ts';
import { foldOllamaChat } from './fold-ollama-chat.ts';
import { foldOpenAiChat } from './fold-openai-chat.ts';
import { foldOpenAiCompletions } from './fold-openai-completions.ts';
import { foldOpenAiResponse, foldOpenAiResponsesStream } from './fold-openai-responses.ts';

/** The payloads of an answer in a wire format that talks: the frames of a stream, or the one whole body. */
export function foldAnswer(
  dialect: WireFormat,
  form: 'whole' | 'stream',
  payloads: readonly unknown[],
): Fold {
  const isStream = form === 'stream';
  switch (dialect) {
    case 'openai-chat':
      return foldOpenAiChat(payloads);
    case 'openai-completions':
      return foldOpenAiCompletions(payloads);
    case 'openai-responses':
      return isStream ? foldOpenAiResponsesStream(payloads) : foldOpenAiResponse(payloads[0]);
    case 'anthropic-messages':
      return isStream ? foldAnthropicStream(payloads) : foldAnthropicMessage(payloads[0]);
    case 'gemini-generate':
      return foldGemini(payloads);
    case 'ollama-chat':
      return foldOllamaChat(payloads);
    case 'cohere-chat':
      return isStream ? foldCohereChatStream(payloads) : foldCohereChat(payloads[0]);
    default:
      throw new Error(`${dialect} does not talk`);
  }
}
