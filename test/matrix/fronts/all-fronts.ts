/** Every kind of client that talks, in the order of the rows. */
import { anthropicMessages } from './anthropic-messages.ts';
import type { Front } from './front.ts';
import { geminiArray, geminiGenerate } from './gemini-generate.ts';
import { ollamaChat, ollamaGenerate } from './ollama.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiCompletions } from './openai-completions.ts';
import { openAiResponses } from './openai-responses.ts';

export const talkingFronts: readonly Front[] = [
  openAiChat,
  openAiResponses,
  openAiCompletions,
  anthropicMessages,
  geminiGenerate,
  ollamaChat,
  ollamaGenerate,
];

/** Streams have one more form at Gemini. */
export const streamingFronts: readonly Front[] = talkingFronts.flatMap((front) =>
  front === geminiGenerate ? [front, geminiArray] : [front],
);
