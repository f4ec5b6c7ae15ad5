/** For this folder's tests: one wish, asked in every dialect that talks. */
import type { Json, JsonObject } from './json.ts';

export interface Wish {
  readonly model?: string;
  readonly text?: string;
  readonly stream?: boolean;
  readonly tools?: readonly string[];
  /** `any`, or the name of a tool. */
  readonly choice?: string;
  readonly oneAtATime?: boolean;
  readonly schema?: JsonObject;
  readonly stop?: readonly string[];
  readonly tokensMax?: number;
  /** Base64 of a picture, and of a PDF. */
  readonly image?: string;
  readonly pdf?: string;
}

export interface Question {
  readonly path: string;
  readonly body: JsonObject;
}

export const TOOL_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
};

export const ASKING = {
  'openai-chat': askChat,
  'openai-completions': askCompletions,
  'openai-responses': askResponses,
  'anthropic-messages': askAnthropic,
  gemini: askGemini,
  'ollama-chat': askOllamaChat,
  'ollama-generate': askOllamaGenerate,
} as const satisfies Record<string, (wish: Wish) => Question>;

export type Talking = keyof typeof ASKING;

export const ALL_TALKING = Object.keys(ASKING) as Talking[];

function askChat({ model = 'm', text = '', stream, tools, choice, oneAtATime, ...wish }: Wish): Question {
  const named = { type: 'function', function: { name: choice ?? '' } };
  const schema = { type: 'json_schema', json_schema: { name: 'x', schema: wish.schema ?? {} } };
  const content = [
    { type: 'text', text },
    ...given(wish.image, (data) => ({ type: 'image_url', image_url: { url: pngUrl(data) } })),
    ...given(wish.pdf, (data) => ({ type: 'file', file: { file_data: pdfUrl(data), filename: 'a.pdf' } })),
  ];
  const body = {
    model,
    messages: [{ role: 'user', content }],
    stream: stream === true,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
    ...(tools ? { tools: tools.map(nestedTool) } : {}),
    ...(choice ? { tool_choice: choice === 'any' ? 'required' : named } : {}),
    ...(oneAtATime ? { parallel_tool_calls: false } : {}),
    ...(wish.schema ? { response_format: schema } : {}),
    ...(wish.stop ? { stop: wish.stop } : {}),
    ...(wish.tokensMax ? { max_completion_tokens: wish.tokensMax } : {}),
  };
  return { path: '/v1/chat/completions', body };
}

function askCompletions({ model = 'm', text = '', stream, stop, tokensMax }: Wish): Question {
  const usage = stream ? { stream_options: { include_usage: true } } : {};
  const limits = { ...(stop ? { stop } : {}), ...(tokensMax ? { max_tokens: tokensMax } : {}) };
  return {
    path: '/v1/completions',
    body: { model, prompt: text, stream: stream === true, ...usage, ...limits },
  };
}

function askResponses({
  model = 'm',
  text = '',
  stream,
  tools,
  choice,
  oneAtATime,
  ...wish
}: Wish): Question {
  const content = [
    { type: 'input_text', text },
    ...given(wish.image, (data) => ({ type: 'input_image', image_url: pngUrl(data) })),
    ...given(wish.pdf, (data) => ({ type: 'input_file', file_data: pdfUrl(data), filename: 'a.pdf' })),
  ];
  const body = {
    model,
    input: [{ role: 'user', content }],
    stream: stream === true,
    ...(tools ? { tools: tools.map((name) => ({ type: 'function', name, parameters: TOOL_SCHEMA })) } : {}),
    ...(choice ? { tool_choice: choice === 'any' ? 'required' : { type: 'function', name: choice } } : {}),
    ...(oneAtATime ? { parallel_tool_calls: false } : {}),
    ...(wish.schema ? { text: { format: { type: 'json_schema', name: 'x', schema: wish.schema } } } : {}),
    ...(wish.tokensMax ? { max_output_tokens: wish.tokensMax } : {}),
  };
  return { path: '/v1/responses', body };
}

function askAnthropic({
  model = 'm',
  text = '',
  stream,
  tools,
  choice,
  oneAtATime,
  ...wish
}: Wish): Question {
  const base64 = (media_type: string, data: string): JsonObject => ({ type: 'base64', media_type, data });
  const wanted = choice === 'any' ? { type: 'any' } : { type: 'tool', name: choice ?? '' };
  const content = [
    { type: 'text', text },
    ...given(wish.image, (data) => ({ type: 'image', source: base64('image/png', data) })),
    ...given(wish.pdf, (data) => ({ type: 'document', source: base64('application/pdf', data) })),
  ];
  const body = {
    model,
    max_tokens: wish.tokensMax ?? 1000,
    messages: [{ role: 'user', content }],
    stream: stream === true,
    ...(tools ? { tools: tools.map((name) => ({ name, input_schema: TOOL_SCHEMA })) } : {}),
    ...(choice ? { tool_choice: wanted } : {}),
    ...(oneAtATime ? { tool_choice: { type: 'auto', disable_parallel_tool_use: true } } : {}),
    ...(wish.schema ? { output_config: { format: { type: 'json_schema', schema: wish.schema } } } : {}),
    ...(wish.stop ? { stop_sequences: wish.stop } : {}),
  };
  return { path: '/v1/messages', body };
}

function askGemini({ model = 'm', text = '', stream, tools, choice, ...wish }: Wish): Question {
  const declarations = (tools ?? []).map((name) => ({ name, parametersJsonSchema: TOOL_SCHEMA }));
  const names = choice && choice !== 'any' ? { allowedFunctionNames: [choice] } : {};
  const parts = [
    { text },
    ...given(wish.image, (data) => ({ inlineData: { mimeType: 'image/png', data } })),
    ...given(wish.pdf, (data) => ({ inlineData: { mimeType: 'application/pdf', data } })),
  ];
  const json = { responseMimeType: 'application/json', responseJsonSchema: wish.schema ?? {} };
  const body = {
    contents: [{ role: 'user', parts }],
    ...(tools ? { tools: [{ functionDeclarations: declarations }] } : {}),
    ...(choice ? { toolConfig: { functionCallingConfig: { mode: 'ANY', ...names } } } : {}),
    generationConfig: {
      ...(wish.schema ? json : {}),
      ...(wish.stop ? { stopSequences: wish.stop } : {}),
      ...(wish.tokensMax ? { maxOutputTokens: wish.tokensMax } : {}),
    },
  };
  const action = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return { path: `/v1beta/models/${model}:${action}`, body };
}

function askOllamaChat({ text = '', tools, image, ...wish }: Wish): Question {
  const message = { role: 'user', content: text, ...(image ? { images: [image] } : {}) };
  const body = { ...ollamaCommon(wish), messages: [message] };
  return { path: '/api/chat', body: { ...body, ...(tools ? { tools: tools.map(nestedTool) } : {}) } };
}

function askOllamaGenerate({ text = '', image, ...wish }: Wish): Question {
  const images = image ? { images: [image] } : {};
  return { path: '/api/generate', body: { ...ollamaCommon(wish), prompt: text, ...images } };
}

function ollamaCommon({ model = 'm', stream, schema, stop, tokensMax }: Wish): JsonObject {
  const options = { ...(stop ? { stop } : {}), ...(tokensMax ? { num_predict: tokensMax } : {}) };
  return { model, stream: stream === true, ...(schema ? { format: schema } : {}), options };
}

function nestedTool(name: string): Json {
  return { type: 'function', function: { name, parameters: TOOL_SCHEMA } };
}

function given(base64: string | undefined, part: (base64: string) => JsonObject): JsonObject[] {
  return base64 === undefined ? [] : [part(base64)];
}

function pngUrl(base64: string): string {
  return `data:image/png;base64,${base64}`;
}

function pdfUrl(base64: string): string {
  return `data:application/pdf;base64,${base64}`;
}
