/** Gemini's calls (protocols 4.3, 4.4). The action is what follows the last colon of the path. */
import type { Asked, Said, ToolOffered, UsageSaid } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, textIn } from '../json.ts';
import type { Arrived, GeneratedAnswer, House, Operation, PlainAnswer } from '../operation.ts';
import { countWords } from '../speech.ts';
import { toyVector } from '../toy-vector.ts';
import { geminiFailure } from './gemini-failure.ts';
import { tokensMax } from './openai-asked.ts';

const generated: GeneratedAnswer = {
  kind: 'generated',
  read: readAsked,
  whole: wholeAnswer,
  stream: (said, asked) => ({
    framing: asked.body.isArray === true ? 'json-array' : 'sse',
    frames: frames(said),
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
  {
    name: 'gemini-models',
    failure: geminiFailure,
    matches: (method, path) => method === 'GET' && path === '/v1beta/models',
    modelOf: () => '',
    answer: { kind: 'plain', whole: (_, house) => ({ models: house.models.map(describe) }) },
  },
];

function action(name: string, verb: string, answer: GeneratedAnswer | PlainAnswer): Operation {
  return {
    name,
    failure: geminiFailure,
    matches: (method, path) => method === 'POST' && path.endsWith(`:${verb}`),
    modelOf: ({ path }) => /models\/(.+):[^:]+$/.exec(path)?.[1] ?? '',
    answer,
  };
}

function readAsked({ body, path, query }: Arrived): Asked {
  const contents = listIn(body.contents).map(objectIn);
  const lastUser = contents.findLast((content) => content.role !== 'model');
  const wantsStream = path.endsWith(':streamGenerateContent');
  const instruction = textIn(objectIn(body.systemInstruction).parts);
  return {
    model: /models\/(.+):[^:]+$/.exec(path)?.[1] ?? '',
    text: textIn(lastUser?.parts),
    prompt: [instruction, ...contents.map((content) => textIn(content.parts))].join('\n'),
    wantsStream,
    wantsUsage: true,
    ...toolOffered(body),
    ...toolResultIn(contents.at(-1)),
    ...tokensMax(numberIn(objectIn(body.generationConfig).maxOutputTokens)),
    body: { ...body, isArray: wantsStream && query.get('alt') !== 'sse' },
  };
}

function toolOffered(body: JsonObject): { tool?: ToolOffered } {
  const declarations = listIn(body.tools).flatMap((tool) => listIn(objectIn(tool).functionDeclarations));
  const { name, parameters, parametersJsonSchema } = objectIn(declarations[0]);
  return name ? { tool: { name: stringIn(name), schema: objectIn(parametersJsonSchema ?? parameters) } } : {};
}

function toolResultIn(last: JsonObject | undefined): { toolResult?: string } {
  const part = listIn(last?.parts)
    .map(objectIn)
    .find((each) => each.functionResponse);
  return part ? { toolResult: JSON.stringify(objectIn(part.functionResponse).response ?? {}) } : {};
}

function wholeAnswer(said: Said): Json {
  const parts = [...thoughtParts(said), ...answerParts(said, [[...said.pieces].join('')])];
  return chunk(said, parts, finishReason(said));
}

/** Increments of text, growing usage, and the reason to finish with the last of them. No end marker. */
function* frames(said: Said): Generator<Frame> {
  for (const part of thoughtParts(said)) yield frame(chunk(said, [part]));
  for (const part of answerParts(said, said.pieces)) yield frame(chunk(said, [part]));
  yield frame(chunk(said, [{ text: '' }], finishReason(said)), { mark: 'closing' });
}

function chunk(said: Said, parts: JsonObject[], finish?: string): JsonObject {
  const candidate = {
    content: { role: 'model', parts },
    index: 0,
    ...(finish ? { finishReason: finish } : {}),
  };
  return {
    candidates: [candidate],
    ...usageMember(said.usage, finish !== undefined),
    modelVersion: said.model,
    responseId: said.id,
  };
}

function thoughtParts(said: Said): JsonObject[] {
  return said.thoughts.map((text) => ({ text, thought: true }));
}

function* answerParts(said: Said, pieces: Iterable<string>): Generator<JsonObject> {
  if (said.tool) {
    yield { functionCall: { name: said.tool.name, args: said.tool.args }, thoughtSignature: 'RmFrZQ==' };
    return;
  }
  for (const text of pieces) yield { text };
}

function finishReason(said: Said): string {
  return said.finish === 'length' ? 'MAX_TOKENS' : 'STOP';
}

/** `candidatesTokenCount` excludes the thoughts. Before the last chunk only the prompt is known. */
function usageMember(usage: UsageSaid | undefined, isLast: boolean): { usageMetadata?: JsonObject } {
  if (!usage) return {};
  const input = {
    promptTokenCount: usage.input,
    ...(usage.cached ? { cachedContentTokenCount: usage.cached } : {}),
  };
  if (!isLast) return { usageMetadata: { ...input, totalTokenCount: usage.input } };
  const visible = typeof usage.output === 'number' ? usage.output - usage.reasoning : usage.output;
  const thoughts = usage.reasoning ? { thoughtsTokenCount: usage.reasoning } : {};
  return {
    usageMetadata: { ...input, candidatesTokenCount: visible, ...thoughts, totalTokenCount: usage.total },
  };
}

function countTokens(arrived: Arrived): Json {
  const inner = objectIn(arrived.body.generateContentRequest);
  const body = arrived.body.contents ? arrived.body : inner;
  return { totalTokens: countWords(readAsked({ ...arrived, body }).prompt) };
}

function embedding(request: JsonObject): JsonObject {
  const text = textIn(objectIn(request.content).parts);
  return { values: toyVector(text, numberIn(request.outputDimensionality)) };
}

function describe(model: House['models'][number]): JsonObject {
  return {
    name: `models/${model}`,
    displayName: model,
    version: '001',
    inputTokenLimit: 32_768,
    outputTokenLimit: 8192,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'embedContent'],
  };
}
