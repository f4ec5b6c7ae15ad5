/** Gemini's calls (protocols 4). The action is what follows the last colon of the path. */
import { type Json, type JsonObject, listIn, numberIn, objectIn, textIn } from '../json.ts';
import { type Arrived, type GeneratedAnswer, type House, type Operation, PlainBody } from '../operation.ts';
import { toyVector } from '../toy-vector.ts';
import { countWords } from '../words.ts';
import { frames, wholeAnswer } from './gemini-answer.ts';
import { modelIn, readGenerate } from './gemini-asked.ts';
import { geminiFailure } from './gemini-failure.ts';

const MODELS = '/v1beta/models';

const generated: GeneratedAnswer = {
  kind: 'generated',
  read: readGenerate,
  whole: wholeAnswer,
  stream: (said, asked) => ({
    framing: asked.body.isArray === true ? 'json-array' : 'sse',
    frames: frames(said, asked),
  }),
};

export const geminiOperations: readonly Operation[] = [
  action('gemini-generate', 'generateContent', generated),
  action('gemini-stream', 'streamGenerateContent', generated),
  action('gemini-count-tokens', 'countTokens', { kind: 'plain', whole: countTokens }),
  action('gemini-embed', 'embedContent', {
    kind: 'plain',
    whole: ({ body }) => ({ embedding: embedding(body) }),
  }),
  action('gemini-batch-embed', 'batchEmbedContents', {
    kind: 'plain',
    whole: ({ body }) => ({ embeddings: listIn(body.requests).map((each) => embedding(objectIn(each))) }),
  }),
  lookUp('gemini-models', (path) => path === MODELS, {
    whole: (_, house) => ({ models: house.models.map(describe) }),
  }),
  lookUp('gemini-model', (path) => path.startsWith(`${MODELS}/`), { whole: tellOne }),
];

function action(name: string, verb: string, answer: Operation['answer']): Operation {
  return {
    name,
    failure: geminiFailure,
    matches: (method, path) => method === 'POST' && path.endsWith(`:${verb}`),
    modelOf: ({ path }) => modelIn(path),
    answer,
  };
}

function lookUp(
  name: string,
  isAt: (path: string) => boolean,
  { whole }: { readonly whole: (arrived: Arrived, house: House) => Json | PlainBody },
): Operation {
  return {
    name,
    failure: geminiFailure,
    matches: (method, path) => method === 'GET' && isAt(path),
    modelOf: ({ path }) => path.slice(MODELS.length + 1),
    answer: { kind: 'plain', whole },
  };
}

function countTokens(arrived: Arrived): Json {
  const inner = objectIn(arrived.body.generateContentRequest);
  const body = arrived.body.contents ? arrived.body : inner;
  const totalTokens = countWords(readGenerate({ ...arrived, body }).prompt);
  return { totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] };
}

function embedding(request: JsonObject): JsonObject {
  const text = textIn(objectIn(request.content).parts);
  return { values: toyVector(text, numberIn(request.outputDimensionality)) };
}

function tellOne({ path }: Arrived, { models }: House): Json | PlainBody {
  const model = path.slice(MODELS.length + 1);
  if (models.includes(model)) return describe(model);
  const envelope = geminiFailure.envelope(404, `models/${model} is not found for API version v1beta.`);
  return new PlainBody('application/json', Buffer.from(JSON.stringify(envelope)), 404);
}

function describe(model: string): JsonObject {
  return {
    name: `models/${model}`,
    version: '001',
    displayName: model,
    inputTokenLimit: 32_768,
    outputTokenLimit: 8192,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'embedContent'],
  };
}
