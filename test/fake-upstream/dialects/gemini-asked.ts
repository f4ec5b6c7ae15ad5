/** What Gemini's generateContent and countTokens ask (protocols 4.1), in the fake's own words. */
import type { Asked, ToolOffered, ToolWish } from '../asked-and-said.ts';
import { inline, kindOf, spokenIn } from '../attachment.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, textIn } from '../json.ts';
import type { Arrived } from '../operation.ts';
import { stopTexts, tokensMax, toolResult } from './openai-asked.ts';

export function readGenerate({ body, path, query }: Arrived): Asked {
  const contents = listIn(body.contents).map(objectIn);
  const lastUser = contents.findLast((content) => content.role !== 'model');
  const config = objectIn(body.generationConfig);
  const wantsStream = path.endsWith(':streamGenerateContent');
  const instruction = textIn(objectIn(body.systemInstruction).parts);
  return {
    model: modelIn(path),
    text: spoken(lastUser?.parts),
    prompt: [instruction, ...contents.map((content) => spoken(content.parts))].join('\n'),
    wantsStream,
    wantsUsage: true,
    ...toolsOffered(body),
    ...wishIn(objectIn(objectIn(body.toolConfig).functionCallingConfig)),
    ...toolResult(toolResultsIn(contents.at(-1))),
    ...tokensMax(numberIn(config.maxOutputTokens)),
    ...stopTexts(config.stopSequences),
    ...schemaIn(config),
    ...alternativesIn(config),
    body: { ...body, isArray: wantsStream && query.get('alt') !== 'sse' },
  };
}

/** What stands between `models/` and the last colon of the path. */
export function modelIn(path: string): string {
  return /models\/(.+):[^:]+$/.exec(path)?.[1] ?? '';
}

function toolsOffered(body: JsonObject): { tools?: readonly ToolOffered[] } {
  const declarations = listIn(body.tools)
    .flatMap((tool) => listIn(objectIn(tool).functionDeclarations))
    .map(objectIn)
    .map(({ name, parameters, parametersJsonSchema }) => ({
      name: stringIn(name),
      schema: objectIn(parametersJsonSchema ?? parameters),
    }));
  return declarations.length === 0 ? {} : { tools: declarations };
}

function wishIn({ mode, allowedFunctionNames }: JsonObject): { toolWish: ToolWish } {
  const names = listIn(allowedFunctionNames).map(stringIn);
  const only = names.length === 0 ? {} : { names };
  if (mode === 'NONE') return { toolWish: { must: 'none' } };
  return { toolWish: { must: mode === 'ANY' ? 'any' : 'auto', ...only } };
}

function schemaIn({ responseMimeType, responseJsonSchema, responseSchema }: JsonObject): {
  schema?: JsonObject;
} {
  if (responseMimeType !== 'application/json') return {};
  return { schema: objectIn(responseJsonSchema ?? responseSchema) };
}

function alternativesIn({ responseLogprobs, logprobs }: JsonObject): { alternatives?: number } {
  return responseLogprobs === true ? { alternatives: numberIn(logprobs) ?? 0 } : {};
}

function toolResultsIn(last: JsonObject | undefined): string[] {
  const responses = listIn(last?.parts)
    .map((part) => objectIn(part).functionResponse)
    .filter((response) => response !== undefined);
  return responses.map((response) => JSON.stringify(objectIn(response).response ?? {}));
}

function spoken(parts: Json | undefined): string {
  return spokenIn(parts, ({ inlineData, fileData, functionResponse }) => {
    const mime = stringIn(objectIn(inlineData ?? fileData).mimeType);
    if (inlineData) return inline(kindOf(mime), mime, objectIn(inlineData).data);
    if (fileData) return `[${kindOf(mime)} ${stringIn(objectIn(fileData).fileUri)}]`;
    return functionResponse ? JSON.stringify(objectIn(functionResponse).response ?? {}) : undefined;
  });
}
