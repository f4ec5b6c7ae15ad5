/** Requests as well-known programs really send them, with all their book-keeping. */
import type { Asking } from '../asking.ts';
import type { OtherQuestion } from './other-questions.ts';

export interface Habit extends OtherQuestion {
  /** The back dialects this body passes to as it is. */
  readonly own: readonly string[];
}

const parameters = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    command: { type: 'string', minLength: 1 },
    timeout: { type: 'integer', exclusiveMinimum: 0 },
  },
  required: ['command'],
  additionalProperties: false,
};
const cache_control = { type: 'ephemeral' };
const chats = ['openai-chat', 'azure', 'azure preview', 'openai'];

const post = (path: string, body: object): ((model: string) => Asking) => {
  return (model) => ({ path, body: { model, ...body } });
};

const codingAgentOfAnthropic: Habit = {
  name: 'a coding agent of Anthropic’s',
  own: ['anthropic-messages'],
  asking: (model) => ({
    path: '/v1/messages?beta=true',
    headers: {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'interleaved-thinking-2025-05-14,future-1',
    },
    body: {
      model,
      max_tokens: 32_000,
      metadata: { user_id: '{"device_id":"a","account_uuid":"b","session_id":"c"}' },
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1; cch=00000;' },
        { type: 'text', text: 'You are an agent.', cache_control },
        { type: 'text', text: 'Be careful.', cache_control: { ...cache_control, ttl: '1h' } },
      ],
      thinking: { type: 'adaptive' },
      output_config: { effort: 'medium' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      tools: [
        { name: 'Bash', description: 'Runs it.', input_schema: parameters, cache_control },
        { name: 'Read', input_schema: { type: 'object', properties: {} }, eager_input_streaming: true },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '<system-reminder>Date</system-reminder>' },
            { type: 'text', text: 'List it.', cache_control },
          ],
        },
        { role: 'system', content: 'The user is at the office.' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_01', name: 'Bash', input: { command: 'ls' } }],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_01',
              content: [{ type: 'text', text: 'a b' }],
              cache_control,
            },
          ],
        },
      ],
    },
  }),
};

const codingAgentOfOpenAi: Habit = {
  name: 'a coding agent of OpenAI’s',
  own: ['openai-responses'],
  asking: post('/v1/responses', {
    instructions: 'You are an agent.',
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    reasoning: { effort: 'medium', summary: 'auto' },
    prompt_cache_key: 'a-key',
    client_metadata: { installation: 'x' },
    parallel_tool_calls: true,
    tool_choice: 'auto',
    text: { verbosity: 'low' },
    tools: [
      { type: 'function', name: 'shell', description: 'Runs it.', strict: false, parameters },
      {
        type: 'namespace',
        name: 'files',
        description: 'Files',
        tools: [{ type: 'function', name: 'read', strict: false, parameters }],
      },
      {
        type: 'custom',
        name: 'apply_patch',
        description: 'Patches',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: /.+/' },
      },
      { type: 'web_search' },
    ],
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Sandboxed.' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'List it.' }] },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gw1:anthropic:Rm9yZWlnbg==' },
      { type: 'function_call', call_id: 'call_1', name: 'shell', arguments: '{"command":"ls"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'a b' },
      { type: 'custom_tool_call', call_id: 'call_2', name: 'apply_patch', input: '*** Begin' },
      { type: 'custom_tool_call_output', call_id: 'call_2', output: 'Done' },
    ],
  }),
};

const codingAgentOfGoogle: Habit = {
  name: 'a coding agent of Google’s',
  own: ['gemini-generate'],
  asking: (model) => ({
    path: `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    body: {
      systemInstruction: { role: 'user', parts: [{ text: 'You are an agent.' }] },
      generationConfig: {
        temperature: 1,
        topP: 0.95,
        topK: 64,
        thinkingConfig: { includeThoughts: true, thinkingLevel: 'HIGH' },
      },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      tools: [
        {
          functionDeclarations: [{ name: 'run', description: 'Runs it.', parametersJsonSchema: parameters }],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
      contents: [
        { role: 'user', parts: [{ text: 'List it.' }] },
        {
          role: 'model',
          parts: [{ functionCall: { name: 'run', args: { command: 'ls' } }, thoughtSignature: 'c2ln' }],
        },
        { role: 'user', parts: [{ functionResponse: { name: 'run', response: { output: 'a b' } } }] },
      ],
    },
  }),
};

const everyMemberOfTheChat: Habit = {
  name: 'everything a chat may hold that only nudges or keeps books',
  own: chats,
  asking: post('/v1/chat/completions', {
    messages: [
      { role: 'developer', content: [{ type: 'text', text: 'Be brief.', cache_control }], name: 'house' },
      { role: 'user', name: 'somebody', content: [{ type: 'text', text: 'Hello', cache_control }] },
    ],
    logit_bias: { '50256': -100 },
    verbosity: 'low',
    prediction: { type: 'content', content: 'Hello' },
    service_tier: 'auto',
    store: true,
    metadata: { a: 'b' },
    safety_identifier: 'user-1',
    prompt_cache_key: 'key',
    modalities: ['text'],
    stream: true,
    stream_options: { include_usage: true, include_obfuscation: false },
    top_k: 20,
    min_p: 0.1,
    repetition_penalty: 1.1,
  }),
};

const oldFunctions: Habit = {
  name: 'functions as they once were',
  own: chats,
  asking: post('/v1/chat/completions', {
    messages: [
      { role: 'user', content: 'List it.' },
      { role: 'assistant', content: null, function_call: { name: 'run', arguments: '{"command":"ls"}' } },
      { role: 'function', name: 'run', content: 'a b' },
    ],
    functions: [{ name: 'run', description: 'Runs it.', parameters }],
    function_call: 'auto',
    max_tokens: 100,
  }),
};

const chatOfOllama: Habit = {
  name: 'a desktop chat before Ollama',
  own: ['ollama-chat'],
  asking: post('/api/chat', {
    messages: [{ role: 'user', content: 'Hello' }],
    keep_alive: -1,
    think: 'high',
    truncate: true,
    shift: true,
    options: { num_ctx: 8192, mirostat: 0, repeat_last_n: 64, num_gpu: 99, num_predict: -1, min_p: 0.05 },
  }),
};

export const habits: readonly Habit[] = [
  codingAgentOfAnthropic,
  codingAgentOfOpenAi,
  codingAgentOfGoogle,
  everyMemberOfTheChat,
  oldFunctions,
  chatOfOllama,
];
