import { describe, expect, it } from 'vitest';
import type { GenerationCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Address } from '../dialect.ts';
import { geminiGenerate } from './gemini-generate.ts';

const address: Address = { route: '/v1beta/models/{model}:generateContent', model: 'models/m:x', query: '' };
const hi = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };

function read(body: JsonObject, warnings = new Warnings()): GenerationCall {
  return geminiGenerate.readCall(body, { address, warnings }) as GenerationCall;
}

function warned(body: JsonObject): string[] {
  const warnings = new Warnings();
  read(body, warnings);
  return warnings.list.map(({ param, reason }) => `${param} ${reason}`);
}

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof GatewayError) return [thrown.code, thrown.details.param];
    throw thrown;
  }
  return 'nothing was thrown';
}

const messagesOf = (contents: JsonValue) => read({ contents }).messages;
const config = (generationConfig: JsonObject) => read({ ...hi, generationConfig });

describe('reading a request', () => {
  it('takes the model from the address, and the system instruction to the front', () => {
    const call = read({ ...hi, systemInstruction: { parts: [{ text: 'Be kind.' }] } });
    expect(call.model).toBe('m:x');
    expect(call.messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'Be kind.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    ]);
    expect(read({ ...hi, system_instruction: 'x' }).messages[0]?.role).toBe('system');
  });

  it('takes single values for lists of one, and no role for the user', () => {
    expect(messagesOf({ parts: { text: 'Hi' } })).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    ]);
  });

  it.each<JsonObject>([
    {
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      seed: 7,
      maxOutputTokens: 10,
      candidateCount: 2,
      stopSequences: ['a'],
    },
    {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 3,
      seed: 7,
      max_output_tokens: '10',
      candidate_count: 2,
      stop_sequences: ['a'],
    },
  ])('reads both spellings: %j', (generationConfig) => {
    expect(config(generationConfig)).toMatchObject({
      ...{ temperature: 0.5, topP: 0.9, topK: 3, seed: 7, outputTokensMax: 10, choices: 2, stop: ['a'] },
    });
  });

  it('reads penalties and log probabilities', () => {
    expect(
      config({ presencePenalty: 1, frequencyPenalty: -1, responseLogprobs: true, logprobs: 4 }),
    ).toMatchObject({
      ...{ presencePenalty: 1, frequencyPenalty: -1, logprobs: { alternatives: 4 } },
    });
    expect(config({ logprobs: 4 }).logprobs).toBeUndefined();
  });

  it.each<[JsonObject, unknown]>([
    [{ thinkingBudget: 0 }, { effort: 'none', showsThoughts: false }],
    [
      { thinkingBudget: -1, includeThoughts: true },
      { isAdaptive: true, showsThoughts: true },
    ],
    [{ thinkingBudget: 2048 }, { budgetTokens: 2048, showsThoughts: false }],
    [{ thinkingLevel: 'HIGH' }, { effort: 'high', showsThoughts: false }],
    [
      { thinking_level: 'minimal', include_thoughts: true },
      { effort: 'minimal', showsThoughts: true },
    ],
    [{ includeThoughts: true }, { showsThoughts: true }],
  ])('thinkingConfig %j', (thinkingConfig, reasoning) => {
    expect(config({ thinkingConfig }).reasoning).toEqual(reasoning);
  });

  it.each<[JsonObject, unknown]>([
    [{ responseMimeType: 'text/plain' }, undefined],
    [{ responseMimeType: 'application/json' }, { type: 'json-object' }],
    [
      { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT', title: 'T' } },
      { type: 'json-schema', name: 'T', schema: { type: 'object', title: 'T' }, strict: true },
    ],
    [
      { responseMimeType: 'application/json', responseJsonSchema: { type: 'array' } },
      { type: 'json-schema', name: 'output', schema: { type: 'array' }, strict: true },
    ],
  ])('format %j', (generationConfig, format) => {
    expect(config(generationConfig).responseFormat).toEqual(format);
  });

  it('reads what is inside the request and what lies elsewhere', () => {
    const [message] = messagesOf([
      {
        parts: [
          { inlineData: { mimeType: 'image/png', data: 'SGk=' } },
          { inline_data: { mime_type: 'audio/x-wav', data: 'SGk=' } },
          { inlineData: { mimeType: 'application/pdf', data: 'SGk=', displayName: 'a.pdf' } },
          { fileData: { fileUri: 'gs://b/f', mimeType: 'image/png' } },
          { fileData: { fileUri: 'https://x/y.pdf' } },
        ],
      },
    ]);
    expect(message?.parts).toEqual([
      { type: 'image', url: 'data:image/png;base64,SGk=' },
      { type: 'audio', base64: 'SGk=', format: 'wav' },
      { type: 'file', url: 'data:application/pdf;base64,SGk=', name: 'a.pdf' },
      { type: 'image', fileId: 'gs://b/f' },
      { type: 'file', url: 'https://x/y.pdf', name: undefined },
    ]);
  });

  it('looks at pictures as closely as the media resolution says', () => {
    const contents = [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'SGk=' } }] }];
    const call = read({ contents, generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' } });
    expect(call.messages[0]?.parts[0]).toMatchObject({ detail: 'low' });
  });
});

describe('reading a talk with functions', () => {
  const call = (name: string, rest: object = {}) => ({ functionCall: { name, args: { a: 1 }, ...rest } });
  const response = (name: string, value: JsonObject, rest: object = {}) => ({
    functionResponse: { name, response: value, ...rest },
  });

  it('gives ids by place, and finds the call of each response by name and order', () => {
    const messages = messagesOf([
      { role: 'user', parts: [{ text: 'Hi' }] },
      {
        role: 'model',
        parts: [
          { text: 'Well', thoughtSignature: 's1' },
          { ...call('f'), thoughtSignature: 's2' },
          call('f'),
          call('g'),
        ],
      },
      {
        role: 'function',
        parts: [
          response('g', { result: 'G' }),
          response('f', { a: 1 }),
          response('f', { error: 'no' }),
          { text: 'And?' },
        ],
      },
    ]);
    expect(messages.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'Well' },
          { type: 'thinking', text: '', signature: { origin: 'gemini', value: 's1' } },
          {
            type: 'tool-use',
            id: 'call_1_1',
            name: 'f',
            arguments: '{"a":1}',
            signature: { origin: 'gemini', value: 's2' },
          },
          { type: 'tool-use', id: 'call_1_2', name: 'f', arguments: '{"a":1}', signature: undefined },
          { type: 'tool-use', id: 'call_1_3', name: 'g', arguments: '{"a":1}', signature: undefined },
        ],
      },
      { role: 'tool', name: 'g', toolUseId: 'call_1_3', parts: [{ type: 'text', text: 'G' }] },
      { role: 'tool', name: 'f', toolUseId: 'call_1_1', parts: [{ type: 'text', text: '{"a":1}' }] },
      {
        role: 'tool',
        name: 'f',
        toolUseId: 'call_1_2',
        isError: true,
        parts: [{ type: 'text', text: 'no' }],
      },
      { role: 'user', parts: [{ type: 'text', text: 'And?' }] },
    ]);
  });

  it('goes by ids where they are given, and makes double ones unique', () => {
    const messages = messagesOf([
      { role: 'model', parts: [call('f', { id: 'x' }), call('f', { id: 'y' })] },
      { role: 'user', parts: [response('f', {}, { id: 'y' }), response('f', {}, { id: 'x' })] },
      { role: 'model', parts: [call('f', { id: 'x' })] },
      { role: 'user', parts: [response('f', {}, { id: 'x' })] },
    ]);
    expect(messages.filter(({ role }) => role === 'tool').map(({ toolUseId }) => toolUseId)).toEqual([
      'y',
      'x',
      'x-2',
    ]);
  });

  it('puts pieces of thoughts together, and keeps what others signed theirs', () => {
    const [message] = messagesOf([
      {
        role: 'model',
        parts: [
          { text: 'a', thought: true },
          { text: 'b', thought: true },
          { text: '', thought: true, thoughtSignature: 'gw1:anthropic:s' },
          { text: 'c' },
        ],
      },
    ]);
    expect(message?.parts).toEqual([
      { type: 'thinking', text: 'ab', signature: { origin: 'anthropic', value: 's' } },
      { type: 'text', text: 'c' },
    ]);
  });

  it('reads declarations of both kinds, and the choice among them', () => {
    const tools = [
      { functionDeclarations: [{ name: 'f', description: 'd', parameters: { type: 'OBJECT' } }] },
      { function_declarations: [{ name: 'g', parametersJsonSchema: { $ref: '#' } }] },
    ];
    const choice = (functionCallingConfig: JsonObject) =>
      read({ ...hi, tools, toolConfig: { functionCallingConfig } });
    expect(read({ ...hi, tools }).tools).toEqual([
      { name: 'f', description: 'd', parameters: { type: 'object' } },
      { name: 'g', description: undefined, parameters: { $ref: '#' } },
    ]);
    expect(choice({ mode: 'NONE' }).toolChoice).toEqual({ mode: 'none' });
    expect(choice({ mode: 'ANY' }).toolChoice).toEqual({ mode: 'required' });
    expect(choice({ mode: 'any', allowed_function_names: ['g'] })).toMatchObject({
      toolChoice: { mode: 'tool', name: 'g' },
      tools: [{}, {}],
    });
    expect(choice({ mode: 'VALIDATED' })).toMatchObject({
      toolChoice: { mode: 'auto' },
      tools: [{ strict: true }, { strict: true }],
    });
    expect(choice({ mode: 'VALIDATED', allowedFunctionNames: ['g'] }).tools.map(({ name }) => name)).toEqual([
      'g',
    ]);
    expect(
      read({ ...hi, toolConfig: { functionCallingConfig: { mode: 'ANY' } } }).toolChoice,
    ).toBeUndefined();
  });
});

describe('what has no place in a call', () => {
  it.each<[JsonObject, string[]]>([
    [
      { tools: [{ googleSearch: {}, functionDeclarations: [] }, { url_context: {} }] },
      ['tools[0].googleSearch hosted_tool', 'tools[1].url_context hosted_tool'],
    ],
    [
      { generationConfig: { imageConfig: {}, audio_timestamp: true } },
      [
        'generationConfig.imageConfig unsupported_by_backend',
        'generationConfig.audio_timestamp unsupported_by_backend',
      ],
    ],
    [
      { contents: [{ parts: [{ text: 'a', videoMetadata: {} }] }] },
      ['contents[0].parts[0].videoMetadata unsupported_by_backend'],
    ],
    [
      { contents: [{ role: 'model', parts: [{ executableCode: { code: 'x' } }] }] },
      ['contents[0].parts[0].executableCode as_text'],
    ],
    [
      {
        safetySettings: [{ category: 'c', threshold: 'BLOCK_NONE' }],
        labels: { a: 'b' },
        store: true,
        serviceTier: 'flex',
      },
      [],
    ],
    [{ safety_settings: [{ category: 'c' }, { category: 'd', threshold: 'OFF' }] }, []],
    [
      { safetySettings: [{ threshold: 'BLOCK_NONE' }, { threshold: 'BLOCK_LOW_AND_ABOVE' }] },
      ['safetySettings unsupported_by_backend'],
    ],
    [{ safety_settings: [{ threshold: 'BLOCK_ONLY_HIGH' }] }, ['safety_settings unsupported_by_backend']],
    [{ generationConfig: { enableEnhancedCivicAnswers: true } }, []],
  ])('W or D: %j', (members, params) => {
    expect(warned({ ...hi, ...members })).toEqual(params);
  });

  it('leaves unknown members to the writer', () => {
    expect(read({ ...hi, newThing: 1, store: true, safety_settings: [] }).extra).toEqual({ newThing: 1 });
  });

  it.each<[JsonObject, string]>([
    [{ cachedContent: 'c' }, 'cachedContent'],
    [{ cached_content: 'c' }, 'cached_content'],
    [{ continuationToken: 't' }, 'continuationToken'],
    [{ generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } }, 'generationConfig.responseModalities'],
    [{ generationConfig: { speechConfig: {} } }, 'generationConfig.speechConfig'],
    [{ generationConfig: { audioTranscriptionConfig: {} } }, 'generationConfig.audioTranscriptionConfig'],
    [{ generationConfig: { responseMimeType: 'text/x.enum' } }, 'generationConfig.responseMimeType'],
    [{ contents: [{ parts: [{ hologram: {} }] }] }, 'contents[0].parts[0]'],
  ])('E: %j', (members, param) => {
    const body = { ...hi, ...members };
    expect(refusal(() => read(body))).toEqual(['unsupported_parameter', param]);
    expect(() => read(body, new Warnings(true))).not.toThrow();
  });

  it.each<[JsonObject, string]>([
    [{ contents: null }, 'contents'],
    [{ contents: ['x'] }, 'contents[0]'],
    [{ contents: [{ role: 'system', parts: [] }] }, 'contents[0].role'],
    [{ contents: [{ role: 5 }] }, 'contents[0].role'],
    [{ contents: [{ parts: [null] }] }, 'contents[0].parts[0]'],
    [{ contents: [{ parts: [{ text: 5 }] }] }, 'contents[0].parts[0].text'],
    [
      { contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data: '?' } }] }] },
      'contents[0].parts[0].inline_data.data',
    ],
    [
      { contents: [{ role: 'model', parts: [{ functionCall: { args: {} } }] }] },
      'contents[0].parts[0].functionCall.name',
    ],
    [
      { contents: [{ parts: [{ functionResponse: { name: 'f', response: [] } }] }] },
      'contents[0].parts[0].functionResponse.response',
    ],
    [{ tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ generationConfig: { max_output_tokens: 1.5 } }, 'generationConfig.max_output_tokens'],
    [{ generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
    [{ generationConfig: { stopSequences: [1] } }, 'generationConfig.stopSequences[0]'],
    [
      { generationConfig: { thinkingConfig: { thinkingLevel: 'HUGE' } } },
      'generationConfig.thinkingConfig.thinkingLevel',
    ],
    [{ generationConfig: [] }, 'generationConfig'],
  ])('a wrong type is named as the client spelled it: %j', (members, param) => {
    expect(refusal(() => read({ ...hi, ...members }))).toEqual(['invalid_request', param]);
  });
});

describe('readAsked', () => {
  const asked = (body: JsonObject, changes: Partial<Address> = {}) =>
    geminiGenerate.readAsked(body, { ...address, ...changes });

  it('reads model and stream from the address, limits from the body', () => {
    expect(
      asked(
        { ...hi, generation_config: { max_output_tokens: 9, candidate_count: 2 } },
        { route: '/v1/models/{model}:streamGenerateContent' },
      ),
    ).toEqual({
      ...{
        operation: 'chat',
        model: 'm:x',
        isStream: true,
        wantsStreamUsage: true,
        outputTokensMax: 9,
        choices: 2,
        sessionKey: undefined,
      },
    });
    expect(asked(hi)).toMatchObject({ isStream: false, outputTokensMax: undefined, choices: 1 });
    expect(asked(hi, { model: undefined }).model).toBeUndefined();
  });

  it.each<[JsonObject, string]>([
    [{}, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ contents: 'Hi' }, 'contents'],
    [{ contents: [1] }, 'contents[0]'],
    [{ ...hi, generationConfig: 1 }, 'generationConfig'],
    [{ ...hi, generationConfig: { maxOutputTokens: 'x' } }, 'generationConfig.maxOutputTokens'],
  ])('refuses %j', (body, param) => {
    expect(refusal(() => asked(body))).toEqual(['invalid_request', param]);
  });
});
