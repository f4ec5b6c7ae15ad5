import { anthropicCountTokens, anthropicMessages } from './dialects/anthropic-messages.ts';
import { geminiOperations } from './dialects/gemini.ts';
import { health, modelList, oneModel } from './dialects/models-and-health.ts';
import { ollamaChat, ollamaGenerate } from './dialects/ollama-generate.ts';
import { ollamaLookUps } from './dialects/ollama-models.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { openaiCompletions } from './dialects/openai-completions.ts';
import { openaiEmbeddings } from './dialects/openai-embeddings.ts';
import { openaiFailure } from './dialects/openai-failure.ts';
import { openaiImages, pictureFile } from './dialects/openai-images.ts';
import { openaiResponses } from './dialects/openai-responses.ts';
import { type Operation, PlainBody } from './operation.ts';

const ALL: readonly Operation[] = [
  openaiChat,
  openaiCompletions,
  openaiEmbeddings,
  openaiImages,
  pictureFile,
  openaiResponses,
  anthropicCountTokens,
  anthropicMessages,
  ...geminiOperations,
  ollamaChat,
  ollamaGenerate,
  ...ollamaLookUps,
  health,
  modelList,
  oneModel,
];

const nowhere: Operation = {
  name: 'nowhere',
  failure: openaiFailure,
  matches: () => true,
  modelOf: () => '',
  answer: { kind: 'plain', whole: ({ method, path }) => notFound(`no ${method} ${path} here`) },
};

/** Whose request this is; one that is nobody's is answered with 404. */
export function operationFor(method: string, path: string): Operation {
  return ALL.find((operation) => operation.matches(method, path)) ?? nowhere;
}

function notFound(message: string): PlainBody {
  return new PlainBody(
    'application/json',
    Buffer.from(JSON.stringify(openaiFailure.envelope(404, message))),
    404,
  );
}
