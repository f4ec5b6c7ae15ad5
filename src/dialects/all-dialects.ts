import { anthropicCountTokens } from './anthropic-count-tokens/anthropic-count-tokens.ts';
import { anthropicMessages, anthropicPages } from './anthropic-messages/anthropic-messages.ts';
import { cohereChat } from './cohere-chat/cohere-chat.ts';
import { cohereEmbed } from './cohere-embed/cohere-embed.ts';
import { cohereRerank } from './cohere-rerank/cohere-rerank.ts';
import type { Dialect } from './dialect.ts';
import { geminiCountTokens } from './gemini-count-tokens/gemini-count-tokens.ts';
import { geminiEmbed } from './gemini-embed/gemini-embed.ts';
import { geminiGenerate, geminiPages } from './gemini-generate/gemini-generate.ts';
import { jinaRerank } from './jina-rerank/jina-rerank.ts';
import { llamaCppTokenize } from './llamacpp-tokenize/llamacpp-tokenize.ts';
import type { ModelsPage } from './models-page.ts';
import { ollamaChat, ollamaPages } from './ollama-chat/ollama-chat.ts';
import { ollamaEmbed } from './ollama-embed/ollama-embed.ts';
import { ollamaGenerate } from './ollama-generate/ollama-generate.ts';
import { openAiChat, openAiPages } from './openai-chat/openai-chat.ts';
import { openAiCompletions } from './openai-completions/openai-completions.ts';
import { openAiEmbeddings } from './openai-embeddings/openai-embeddings.ts';
import { openAiImageEdits } from './openai-image-edits/openai-image-edits.ts';
import { openAiImageVariations } from './openai-image-variations/openai-image-variations.ts';
import { openAiImages } from './openai-images/openai-images.ts';
import { openAiModerations } from './openai-moderations/openai-moderations.ts';
import { openAiResponses } from './openai-responses/openai-responses.ts';
import { openAiSpeech } from './openai-speech/openai-speech.ts';
import { openAiTranscriptions } from './openai-transcriptions/openai-transcriptions.ts';
import { openAiTranslations } from './openai-translations/openai-translations.ts';
import { vllmTokenize } from './vllm-tokenize/vllm-tokenize.ts';

/** Every dialect of the house. The front makes its routes from this list; nothing else lists them. */
export const allDialects: readonly Dialect[] = [
  openAiChat,
  openAiCompletions,
  openAiEmbeddings,
  openAiImages,
  openAiImageEdits,
  openAiImageVariations,
  openAiResponses,
  openAiSpeech,
  openAiTranscriptions,
  openAiTranslations,
  openAiModerations,
  jinaRerank,
  anthropicMessages,
  anthropicCountTokens,
  geminiGenerate,
  geminiCountTokens,
  geminiEmbed,
  ollamaChat,
  ollamaGenerate,
  ollamaEmbed,
  cohereChat,
  cohereEmbed,
  cohereRerank,
  vllmTokenize,
  llamaCppTokenize,
];

/** The pages by which clients of each dialect look round. */
export const allPages: readonly ModelsPage[] = [
  ...openAiPages,
  ...anthropicPages,
  ...geminiPages,
  ...ollamaPages,
];

const byName = new Map(allDialects.map((dialect) => [dialect.name, dialect]));

/** The dialect of this name, as a provider's surfaces give it. */
export function dialectByName(name: string): Dialect | undefined {
  return byName.get(name);
}
