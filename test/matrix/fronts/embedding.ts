/** Clients that want vectors: every text of a turn is one input. */
import { type Json, type JsonObject, listIn, numberIn, objectIn } from '../../fake-upstream/json.ts';
import type { Told } from '../told.ts';
import type { Turn } from '../wish.ts';
import type { Front } from './front.ts';
import { geminiError } from './gemini-generate.ts';
import { ollamaError } from './ollama.ts';
import { openAiError } from './openai-error.ts';

export const embeddingFronts: readonly Front[] = [
  openAiEmbeddings('openai-embeddings', {}),
  openAiEmbeddings('openai-embeddings (base64)', { encoding_format: 'base64' }),
  {
    name: 'gemini batchEmbedContents',
    family: 'gemini',
    ask: ({ turns }, { model }) => ({
      path: `/v1beta/models/${model}:batchEmbedContents`,
      body: {
        requests: textsOf(turns).map((text) => ({
          model: `models/${model}`,
          content: { parts: [{ text }] },
        })),
      },
    }),
    hearWhole: ({ embeddings }, told) =>
      hearVectors(
        listIn(embeddings).map((one) => objectIn(one).values),
        told,
      ),
    hearError: geminiError,
  },
  {
    name: 'ollama embed',
    family: 'ollama',
    ask: ({ turns }, { model }) => ({ path: '/api/embed', body: { model, input: textsOf(turns) } }),
    hearWhole: ({ embeddings }, told) => hearVectors(listIn(embeddings), told),
    hearError: ollamaError,
  },
];

function openAiEmbeddings(name: string, more: JsonObject): Front {
  return {
    name,
    family: 'openai-chat',
    ask: ({ turns }, { model }) => ({
      path: '/v1/embeddings',
      body: { model, input: textsOf(turns), ...more },
    }),
    hearWhole: ({ data, usage }, told) => {
      hearVectors(
        listIn(data).map((one) => objectIn(one).embedding),
        told,
      );
      told.input = numberIn(objectIn(usage).prompt_tokens);
    },
    hearError: openAiError,
  };
}

function textsOf(turns: readonly Turn[]): string[] {
  return turns.map((turn) => (turn.by === 'user' ? turn.text : ''));
}

function hearVectors(vectors: readonly (Json | undefined)[], told: Told): void {
  told.vectors = vectors.map((vector) => (typeof vector === 'string' ? floatsIn(vector) : numbersIn(vector)));
  told.isComplete = told.vectors.length > 0;
}

function numbersIn(vector: Json | undefined): number[] {
  return listIn(vector).map((value) => numberIn(value) ?? Number.NaN);
}

/** As the SDK does it: blindly. */
function floatsIn(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(at * 4));
}
