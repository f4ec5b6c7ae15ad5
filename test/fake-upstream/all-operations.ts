import { anthropicCountTokens } from './dialects/anthropic-count-tokens.ts';
import { anthropicMessages } from './dialects/anthropic-messages.ts';
import { azureOperations } from './dialects/azure.ts';
import { cohereOperations } from './dialects/cohere.ts';
import { geminiOperations } from './dialects/gemini.ts';
import { modalOperations } from './dialects/modal.ts';
import { health, modelList, oneModel } from './dialects/models-and-health.ts';
import { ollamaEmbeds } from './dialects/ollama-embed.ts';
import { ollamaChat, ollamaGenerate } from './dialects/ollama-generate.ts';
import { ollamaLookUps } from './dialects/ollama-models.ts';
import { audioTexts, speech, speechStreamed } from './dialects/openai-audio.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { openaiCompletions } from './dialects/openai-completions.ts';
import { openaiEmbeddings } from './dialects/openai-embeddings.ts';
import { openaiFailure } from './dialects/openai-failure.ts';
import { changedImages, openaiImages, pictureFile } from './dialects/openai-images.ts';
import { openaiModerations } from './dialects/openai-moderations.ts';
import { openaiResponses } from './dialects/openai-responses.ts';
import { jinaRerank } from './dialects/rerank.ts';
import { tokenize } from './dialects/tokenize.ts';
import { type Arrived, type Operation, PlainBody } from './operation.ts';

const ALL: readonly Operation[] = [
  ...azureOperations,
  ...cohereOperations,
  openaiChat,
  openaiCompletions,
  ...modalOperations,
  openaiEmbeddings,
  openaiImages,
  ...changedImages,
  pictureFile,
  speechStreamed,
  speech,
  ...audioTexts,
  openaiModerations,
  jinaRerank,
  openaiResponses,
  anthropicCountTokens,
  anthropicMessages,
  ...geminiOperations,
  ollamaChat,
  ollamaGenerate,
  ...ollamaEmbeds,
  ...ollamaLookUps,
  tokenize,
  health,
  modelList,
  oneModel,
];

/** As a server answers that has no such path. */
export const nowhere: Operation = {
  name: 'nowhere',
  failure: openaiFailure,
  matches: () => true,
  modelOf: () => '',
  answer: { kind: 'plain', whole: ({ method, path }) => refusal(404, `no ${method} ${path} here`) },
};

/** As a server answers that has the path, for another method. */
export const wrongMethod: Operation = {
  ...nowhere,
  name: 'wrong-method',
  answer: { kind: 'plain', whole: ({ method, path }) => refusal(405, `${path} is not for ${method}`) },
};

/** Whose request this is: what the runtime is told comes first. One that is nobody's is answered with 404. */
export function operationFor(arrived: Arrived, controls: readonly Operation[]): Operation {
  const isOf = (operation: Operation) =>
    operation.matches(arrived.method, arrived.path) && operation.isMeant?.(arrived) !== false;
  return controls.find(isOf) ?? ALL.find(isOf) ?? nowhere;
}

function refusal(status: number, message: string): PlainBody {
  const error = { message, type: 'invalid_request_error', param: null, code: 'unknown_url' };
  return new PlainBody('application/json', Buffer.from(JSON.stringify({ error })), status);
}
