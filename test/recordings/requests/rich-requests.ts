/** One talk with everything in it, as a client of each front would write it. What it says is in `saidInEvery`. */
import type { WireFormat } from '../recording.ts';

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const pixelUrl = `data:image/png;base64,${pixel}`;
const parameters = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Where' } },
  required: ['city'],
};
const tool = { name: 'weather', description: 'Tells the weather.', parameters };
const args = { city: 'Zürich' };

/** What every backend must be asked, whatever it is asked in: who says what, in order. */
export const saidInEvery: readonly string[] = [
  'system: Be brief.',
  'user: What is the weather here?',
  `user shows ${pixel}`,
  'assistant: Let me look.',
  `assistant calls weather ${JSON.stringify(args)}`,
  'the tool says: Sunny, 21 °C',
  'user: And in Bern?',
];
export const toolsInEvery: readonly string[] = [`weather: Tells the weather. ${JSON.stringify(['city'])}`];
export const limitInEvery = 500;
export const temperatureInEvery = 0.5;
export const stopInEvery = ['END'];

const upperCase = {
  type: 'OBJECT',
  properties: { city: { type: 'STRING', description: 'Where' } },
  required: ['city'],
};
const nested = { type: 'function', function: tool };
const chatCall = {
  id: 'call_a',
  type: 'function',
  function: { name: 'weather', arguments: JSON.stringify(args) },
};

export interface RichRequest {
  readonly dialect: WireFormat;
  readonly hasStop: boolean;
  path(model: string): string;
  /** Not every backend knows stop texts. */
  body(model: string, stop: readonly string[]): object;
}

export const richRequests: readonly RichRequest[] = [
  {
    dialect: 'openai-chat',
    hasStop: true,
    path: () => '/v1/chat/completions',
    body: (model, stop) => ({
      model,
      max_completion_tokens: limitInEvery,
      temperature: temperatureInEvery,
      ...(stop.length > 0 && { stop }),
      tools: [nested],
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is the weather here?' },
            { type: 'image_url', image_url: { url: pixelUrl } },
          ],
        },
        { role: 'assistant', content: 'Let me look.', tool_calls: [chatCall] },
        { role: 'tool', tool_call_id: 'call_a', content: 'Sunny, 21 °C' },
        { role: 'user', content: 'And in Bern?' },
      ],
    }),
  },
  {
    dialect: 'openai-responses',
    hasStop: false,
    path: () => '/v1/responses',
    body: (model) => ({
      model,
      store: false,
      max_output_tokens: limitInEvery,
      temperature: temperatureInEvery,
      instructions: 'Be brief.',
      tools: [{ type: 'function', ...tool, strict: false }],
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is the weather here?' },
            { type: 'input_image', image_url: pixelUrl, detail: 'auto' },
          ],
        },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Let me look.' }] },
        { type: 'function_call', call_id: 'call_a', name: 'weather', arguments: JSON.stringify(args) },
        { type: 'function_call_output', call_id: 'call_a', output: 'Sunny, 21 °C' },
        { role: 'user', content: 'And in Bern?' },
      ],
    }),
  },
  {
    dialect: 'anthropic-messages',
    hasStop: true,
    path: () => '/v1/messages',
    body: (model, stop) => ({
      model,
      max_tokens: limitInEvery,
      temperature: temperatureInEvery,
      ...(stop.length > 0 && { stop_sequences: stop }),
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      tools: [{ name: tool.name, description: tool.description, input_schema: parameters }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is the weather here?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Foreign to all others.', signature: 'c2lnbmF0dXJl' },
            { type: 'text', text: 'Let me look.' },
            { type: 'tool_use', id: 'call_a', name: 'weather', input: args },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_a', content: 'Sunny, 21 °C' },
            { type: 'text', text: 'And in Bern?' },
          ],
        },
      ],
    }),
  },
  {
    dialect: 'gemini-generate',
    hasStop: true,
    path: (model) => `/v1beta/models/${model}:generateContent`,
    body: (_model, stop) => ({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: {
        maxOutputTokens: limitInEvery,
        temperature: temperatureInEvery,
        ...(stop.length > 0 && { stopSequences: stop }),
      },
      tools: [{ functionDeclarations: [{ ...tool, parameters: upperCase }] }],
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'What is the weather here?' },
            { inlineData: { mimeType: 'image/png', data: pixel } },
          ],
        },
        {
          role: 'model',
          parts: [
            { text: 'Let me look.' },
            { functionCall: { name: 'weather', args }, thoughtSignature: 'c2lnbmF0dXJl' },
          ],
        },
        {
          role: 'user',
          parts: [{ functionResponse: { name: 'weather', response: { output: 'Sunny, 21 °C' } } }],
        },
        { role: 'user', parts: [{ text: 'And in Bern?' }] },
      ],
    }),
  },
  {
    dialect: 'ollama-chat',
    hasStop: true,
    path: () => '/api/chat',
    body: (model, stop) => ({
      model,
      stream: false,
      options: {
        num_predict: limitInEvery,
        temperature: temperatureInEvery,
        ...(stop.length > 0 && { stop }),
      },
      tools: [nested],
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is the weather here?', images: [pixel] },
        {
          role: 'assistant',
          content: 'Let me look.',
          tool_calls: [{ function: { name: 'weather', arguments: args } }],
        },
        { role: 'tool', tool_name: 'weather', content: 'Sunny, 21 °C' },
        { role: 'user', content: 'And in Bern?' },
      ],
    }),
  },
];
