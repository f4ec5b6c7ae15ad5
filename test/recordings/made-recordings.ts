/**
 * Answers nobody recorded for us: ends other than the ordinary ones, refusals, calls side by side, streams that break.
 * Written after the vendors' documents. Where a name has both forms, they say the same.
 */
import { madeByAnthropic } from './made/anthropic-messages.ts';
import { madeByCohere } from './made/cohere-chat.ts';
import { madeByGemini } from './made/gemini.ts';
import type { MadeAnswer } from './made/made-answer.ts';
import { madeByOllama } from './made/ollama-chat.ts';
import { madeByOpenAiChat } from './made/openai-chat.ts';
import { madeByOpenAiResponses } from './made/openai-responses.ts';
import type { Recording, WireFormat } from './recording.ts';

export const madeRecordings: readonly Recording[] = [
  ...madeOf('openai-chat', 'openai-compatible', madeByOpenAiChat),
  ...madeOf('openai-responses', 'openai', madeByOpenAiResponses),
  ...madeOf('anthropic-messages', 'anthropic', madeByAnthropic),
  ...madeOf('gemini-generate', 'gemini', madeByGemini),
  ...madeOf('ollama-chat', 'ollama', madeByOllama),
  ...madeOf('cohere-chat', 'cohere', madeByCohere),
];

function madeOf(dialect: WireFormat, type: string, answers: readonly MadeAnswer[]): Recording[] {
  return answers.flatMap(({ name, stream, whole, tail, isBroken = false }) => {
    const common = { dialect, type, status: 200, isBroken, isMade: true };
    const streamed = stream && {
      ...common,
      id: `${dialect}--made-${name}-stream`,
      form: 'stream' as const,
      payloads: stream.map((payload) => JSON.stringify(payload)),
      tail,
    };
    const atOnce = whole && {
      ...common,
      id: `${dialect}--made-${name}-whole`,
      form: 'whole' as const,
      payloads: [JSON.stringify(whole)],
    };
    return [streamed, atOnce].filter((one) => one !== undefined);
  });
}
