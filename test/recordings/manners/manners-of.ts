import type { Front } from '../fronts/front.ts';
import { messageManners, messageStreamManners } from './anthropic-manners.ts';
import { geminiManners } from './gemini-manners.ts';
import { ollamaManners } from './ollama-manners.ts';
import { chatAnswerManners, chatStreamManners } from './openai-chat-manners.ts';
import { responseManners, responseStreamManners } from './openai-responses-manners.ts';

/** What a client's library would stumble over in an answer this gateway wrote itself. */
export function mannersOf(front: Front, payloads: readonly unknown[], model: string): string[] {
  const isStream = front.form === 'stream';
  switch (front.dialect) {
    case 'openai-chat':
      return isStream ? chatStreamManners(payloads, model) : chatAnswerManners(payloads[0], model);
    case 'openai-responses':
      return isStream ? responseStreamManners(payloads, model) : responseManners(payloads[0], model);
    case 'anthropic-messages':
      return isStream ? messageStreamManners(payloads, model) : messageManners(payloads[0], model);
    case 'gemini-generate':
      return geminiManners(payloads);
    case 'ollama-chat':
      return ollamaManners(payloads, model);
    default:
      return [];
  }
}
