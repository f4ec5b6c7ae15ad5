/** The question as clients of Gemini write it. */
import type { Json } from '../vendor-specs.ts';
import type { Part, Question, Result, Turn } from './question.ts';
import { given } from './write-openai.ts';

const budgets = { none: 0, low: 1024, medium: 8192, high: 24_576 } as const;

export function writeGemini(question: Question): Json {
  const { tools, effort, schema } = question;
  const declared = tools?.map(({ name, description, parameters }) =>
    given({ name, description, parametersJsonSchema: parameters }),
  );
  return {
    contents: question.turns.map(content),
    ...(question.system && { systemInstruction: { parts: [{ text: question.system }] } }),
    ...(declared && { tools: [{ functionDeclarations: declared }] }),
    ...choiceOf(question),
    generationConfig: given({
      maxOutputTokens: question.tokensMax,
      stopSequences: question.stop,
      temperature: question.temperature,
      topP: question.topP,
      topK: question.topK,
      seed: question.seed,
      presencePenalty: question.presence,
      frequencyPenalty: question.frequency,
      candidateCount: question.answers,
      responseLogprobs: question.probabilities && true,
      logprobs: question.probabilities,
      responseMimeType: schema || question.wantsJson ? 'application/json' : undefined,
      responseJsonSchema: schema,
      thinkingConfig: effort && { includeThoughts: true, thinkingBudget: budgets[effort] },
    }),
  };
}

function choiceOf({ choice }: Question): Json {
  if (!choice) return {};
  const functionCallingConfig =
    typeof choice === 'object'
      ? { mode: 'ANY', allowedFunctionNames: [choice.name] }
      : { mode: choice.toUpperCase() };
  return { toolConfig: { functionCallingConfig } };
}

function content(turn: Turn): Json {
  if (turn.by === 'tools') {
    const more = turn.text ? [{ text: turn.text }] : [];
    return { role: 'user', parts: [...turn.results.map(response), ...more] };
  }
  // No instructions in the middle: they are the user's here.
  if (turn.by !== 'assistant') return { role: 'user', parts: turn.parts.map(part) };
  const { thought, text, calls = [] } = turn;
  return {
    role: 'model',
    parts: [
      ...(thought ? [{ text: thought.text, thought: true }] : []),
      ...(text ? [{ text }] : []),
      ...calls.map(({ id, name, args }, at) => ({
        functionCall: { id, name, args },
        ...(thought && at === 0 && { thoughtSignature: thought.signature }),
      })),
    ],
  };
}

function part(said: Part): Json {
  if (said.kind === 'text') return { text: said.text };
  if (said.kind === 'image-url') return { fileData: { mimeType: 'image/png', fileUri: said.url } };
  const mimeType = said.kind === 'pdf' ? 'application/pdf' : 'image/png';
  return { inlineData: { mimeType, data: said.base64 } };
}

function response({ call, name, text, isError, image }: Result): Json {
  return {
    functionResponse: {
      id: call,
      name,
      response: isError ? { error: text } : { output: text },
      ...(image && { parts: [{ inlineData: { mimeType: 'image/png', data: image } }] }),
    },
  };
}
