import type { Part } from '../../model/call.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import { readReasoningDetails } from './reasoning-details.ts';

/** DeepSeek, Kimi, Qwen, xAI and vLLM call it one way, Ollama, OpenRouter and Groq the other; some send both. */
export function thinkingText(message: JsonObject): string {
  return stringMember(message, 'reasoning_content') || stringMember(message, 'reasoning') || '';
}

/**
 * What an assistant thought in an earlier turn. Details repeat the text and add signatures, so their text wins
 * where they have any; a signature without text belongs to the text beside it.
 */
export function readThinking(message: JsonObject): Part[] {
  const text = thinkingText(message);
  const details = readReasoningDetails(message);
  if (details.some((detail) => detail.type === 'thinking' && detail.text !== '')) return details;
  if (text === '') return details;
  const signed = details.find((detail) => detail.type === 'thinking');
  const others = details.filter((detail) => detail !== signed);
  return [{ type: 'thinking', text, signature: signed?.signature }, ...others];
}
