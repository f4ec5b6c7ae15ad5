import { describe, expect, it } from 'vitest';
import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { readCall } from './read-call.ts';

const address = { route: '/v1/messages', model: undefined, query: 'beta=true' };
const hi = [{ role: 'user', content: 'Hi' }];

function read(body: JsonObject, warnings = new Warnings()): GenerationCall {
  return readCall({ model: 'm', max_tokens: 9, messages: hi, ...body }, { address, warnings });
}

function warningsOf(body: JsonObject, isLenient = false): string[] {
  const warnings = new Warnings(isLenient);
  read(body, warnings);
  return warnings.list.map(({ action, param }) => `${action} ${param}`);
}

const parts = (content: JsonValue, role = 'user') =>
  read({ messages: [{ role, content }] }).messages[0]?.parts;

describe('the members of a request', () => {
  it('all find their place', () => {
    const tools = [{ name: 't', description: 'd', input_schema: { type: 'object' }, strict: true }];
    const call = read({
      tools,
      tool_choice: { type: 'tool', name: 't', disable_parallel_tool_use: true },
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      stop_sequences: ['END'],
      metadata: { user_id: 'u' },
      thinking: { type: 'enabled', budget_tokens: 2048, display: 'omitted' },
      output_config: { effort: 'high', format: { type: 'json_schema', schema: { type: 'object' } } },
      novelty: 1,
    });
    expect(call).toEqual({
      kind: 'generation',
      model: 'm',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
      tools: [{ name: 't', description: 'd', parameters: { type: 'object' }, strict: true }],
      toolChoice: { mode: 'tool', name: 't' },
      parallelTools: false,
      outputTokensMax: 9,
      temperature: 0.5,
      topP: 0.9,
      topK: 4,
      stop: ['END'],
      choices: 1,
      user: 'u',
      reasoning: { effort: 'high', budgetTokens: 2048, showsThoughts: false },
      responseFormat: { type: 'json-schema', name: 'output', schema: { type: 'object' }, strict: true },
      extra: { novelty: 1 },
    });
  });

  it.each<[string, JsonObject, object | undefined]>([
    [
      'adaptive',
      { thinking: { type: 'adaptive', display: 'summarized' } },
      { isAdaptive: true, showsThoughts: true },
    ],
    ['disabled', { thinking: { type: 'disabled' } }, { effort: 'none' }],
    ['effort alone', { output_config: { effort: 'xhigh' } }, { effort: 'xhigh' }],
    ['nothing', {}, undefined],
  ])('thinking: %s', (_, body, reasoning) => {
    expect(read(body).reasoning).toEqual(reasoning);
  });

  it.each<[string, JsonObject, object | undefined]>([
    ['any', { tool_choice: { type: 'any' } }, { mode: 'required' }],
    ['none', { tool_choice: { type: 'none' } }, { mode: 'none' }],
    ['nothing', {}, undefined],
  ])('tool choice: %s', (_, body, toolChoice) => {
    expect(read({ ...body, tools: [{ name: 't' }] }).toolChoice).toEqual(toolChoice);
  });

  it('a tool choice without tools means nothing', () => {
    expect(read({ tool_choice: { type: 'any' }, tools: [] }).toolChoice).toBeUndefined();
  });
});

describe('what the system says', () => {
  it('is the first message, as a text or as blocks with marks', () => {
    expect(read({ system: 'S' }).messages[0]).toEqual({
      role: 'system',
      parts: [{ type: 'text', text: 'S' }],
    });
    const system = [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral', ttl: '1h' } }];
    expect(read({ system }).messages[0]?.parts).toEqual([{ type: 'text', text: 'S', cache: { ttl: '1h' } }]);
  });

  it('goes without the billing line that no prompt cache would survive', () => {
    const billing = 'x-anthropic-billing-header: cc_version=2.1; cch=a1b2;';
    const system = [
      { type: 'text', text: billing },
      { type: 'text', text: 'S' },
    ];
    expect(read({ system }).messages[0]?.parts).toEqual([{ type: 'text', text: 'S' }]);
    expect(read({ system: `${billing}\nS` }).messages[0]?.parts).toEqual([{ type: 'text', text: 'S' }]);
    expect(read({ system: billing }).messages[0]?.role).toBe('user');
  });

  it('may stand inside the talk, as Claude Code writes it (T28)', () => {
    const messages = [...hi, { role: 'system', content: [{ type: 'text', text: 'Mind this' }] }];
    expect(read({ messages }).messages.map(({ role }) => role)).toEqual(['user', 'system']);
  });
});

describe('content', () => {
  const png = 'iVBORw0KGgo=';
  it.each<[string, JsonObject, object[]]>([
    ['text', { type: 'text', text: 'a', citations: null }, [{ type: 'text', text: 'a' }]],
    [
      'picture',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
      [{ type: 'image', url: `data:image/png;base64,${png}` }],
    ],
    [
      'picture by address',
      { type: 'image', source: { type: 'url', url: 'https://x/y' } },
      [{ type: 'image', url: 'https://x/y' }],
    ],
    [
      'picture by file',
      { type: 'image', source: { type: 'file', file_id: 'f' } },
      [{ type: 'image', fileId: 'f' }],
    ],
    [
      'document of text',
      {
        type: 'document',
        title: 'T',
        context: 'C',
        source: { type: 'text', media_type: 'text/plain', data: 'é' },
      },
      [{ type: 'file', url: 'data:text/plain;base64,w6k=', name: 'T', context: 'C' }],
    ],
    [
      'document of blocks',
      { type: 'document', title: 'T', source: { type: 'content', content: [{ type: 'text', text: 'in' }] } },
      [
        { type: 'text', text: 'T' },
        { type: 'text', text: 'in' },
      ],
    ],
    [
      'search result',
      { type: 'search_result', title: 'T', source: 's', content: [{ type: 'text', text: 'found' }] },
      [{ type: 'text', text: 'T\ns\nfound' }],
    ],
    ['compacted talk', { type: 'compaction', content: 'sum' }, [{ type: 'text', text: 'sum' }]],
    ['use of a tool of Anthropic’s', { type: 'server_tool_use', id: 'x' }, []],
  ])('%s', (_, block, expected) => {
    expect(parts([block])).toEqual(expected);
  });

  it('the assistant’s own: thoughts with the maker of their signature, tool uses', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'own' },
      { type: 'thinking', thinking: 'hm', signature: 'gw1:gemini:theirs' },
      { type: 'redacted_thinking', data: 'blob' },
      { type: 'tool_use', id: 'gw1-f-2e1', name: 't', input: { a: 1 } },
      { type: 'tool_use', id: 'b', name: 't' },
    ];
    expect(parts(content, 'assistant')).toEqual([
      { type: 'thinking', text: 'hm', signature: { origin: 'anthropic', value: 'own' } },
      { type: 'thinking', text: 'hm', signature: { origin: 'gemini', value: 'theirs' } },
      { type: 'redacted-thinking', signature: { origin: 'anthropic', value: 'blob' } },
      { type: 'tool-use', id: 'f.1', name: 't', arguments: '{"a":1}' },
      { type: 'tool-use', id: 'b', name: 't', arguments: '{}' },
    ]);
  });

  it('a turn that answers tools becomes a message for each answer, then the rest (T23)', () => {
    const content = [
      { type: 'text', text: 'and' },
      { type: 'tool_result', tool_use_id: 'a', content: 'one', is_error: true },
      {
        type: 'tool_result',
        tool_use_id: 'b',
        content: [{ type: 'text', text: 'two' }],
        cache_control: { type: 'ephemeral' },
      },
    ];
    expect(read({ messages: [{ role: 'user', content }] }).messages).toEqual([
      { role: 'tool', toolUseId: 'a', isError: true, parts: [{ type: 'text', text: 'one' }] },
      { role: 'tool', toolUseId: 'b', parts: [{ type: 'text', text: 'two', cache: {} }] },
      { role: 'user', parts: [{ type: 'text', text: 'and' }] },
    ]);
  });

  it('the mark of the whole request lies on its last part', () => {
    expect(read({ cache_control: { type: 'ephemeral' } }).messages[0]?.parts[0]?.cache).toEqual({});
  });
});

describe('what is given up', () => {
  it.each<[string, JsonObject, string]>([
    [
      'tools of Anthropic’s',
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      'dropped tools[0]',
    ],
    ['a container', { container: 'c' }, 'dropped container'],
    ['servers of tools', { mcp_servers: [{ url: 'https://x' }] }, 'dropped mcp_servers'],
    [
      'clearing of context',
      { context_management: { edits: [{ type: 'clear_thinking_20251015' }] } },
      'dropped context_management',
    ],
    ['a kind of thinking nobody else has', { thinking: { type: 'between_tools' } }, 'changed thinking'],
    ['a task budget', { output_config: { task_budget: 1 } }, 'dropped output_config.task_budget'],
    [
      'citations',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document', citations: { enabled: true }, source: { type: 'url', url: 'https://x' } },
            ],
          },
        ],
      },
      'dropped messages[0].content[0].citations',
    ],
    ...[
      'server_tool_use',
      'mcp_tool_use',
      'web_search_tool_result',
      'mcp_tool_result',
      'code_execution_tool_result',
    ].map((type): [string, JsonObject, string] => [
      `${type}, of a tool of Anthropic’s`,
      { messages: [{ role: 'assistant', content: [{ type, id: 'x' }] }] },
      'dropped messages[0].content[0]',
    ]),
  ])('%s: told (W)', (_, body, warning) => {
    expect(warningsOf(body)).toEqual([warning]);
  });

  it.each<[string, JsonObject]>([
    ['metadata', { metadata: { user_id: 'u' } }],
    ['tier and speed', { service_tier: 'auto', speed: 'fast', diagnostics: {} }],
    ['examples of input', { tools: [{ name: 't', input_examples: [{}], defer_loading: true }] }],
    ['unknown betas', { betas: ['who-knows-2027'] }],
  ])('%s: nobody can miss it (D)', (_, body) => {
    expect(warningsOf(body)).toEqual([]);
    expect(read(body).extra).toEqual({});
  });

  it.each<[string, JsonObject, string]>([
    ['where it computes', { inference_geo: 'eu' }, 'inference_geo'],
    ['a warm cache', { max_tokens: 0 }, 'max_tokens'],
    [
      'a block nobody knows',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'hologram' }] }] },
      'messages[0].content[1]',
    ],
    [
      'a file in a container',
      { messages: [{ role: 'user', content: [{ type: 'container_upload', file_id: 'f' }] }] },
      'messages[0].content[0]',
    ],
    [
      'a block nobody knows, in what a tool found',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'hologram' }] }],
          },
        ],
      },
      'messages[0].content[0].content[0]',
    ],
    ['compaction', { context_management: { edits: [{ type: 'compact_20260112' }] } }, 'context_management'],
    [
      'a forced tool of Anthropic’s',
      { tools: [{ type: 'bash_20250124', name: 'bash' }], tool_choice: { type: 'tool', name: 'bash' } },
      'tool_choice',
    ],
  ])('%s: refused (E), told where the route is lenient', (_, body, param) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', details: { param } }),
    );
    expect(warningsOf(body, true)).toContain(`dropped ${param}`);
  });
});

describe('what cannot be read names its place', () => {
  it.each<[JsonObject, string]>([
    [{ messages: 'Hi' }, 'messages'],
    [{ messages: [1] }, 'messages[0]'],
    [{ messages: [{ role: 'tool', content: '' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [null] }] }, 'messages[0].content[0]'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: '?!' } }],
          },
        ],
      },
      'messages[0].content[0].source.data',
    ],
    [{ system: 3 }, 'system'],
    [{ tools: {} }, 'tools'],
    [{ tools: [{ description: 'd' }] }, 'tools[0].name'],
    [{ stop_sequences: [1] }, 'stop_sequences[0]'],
    [{ max_tokens: '9' }, 'max_tokens'],
    [{ thinking: 'on' }, 'thinking'],
  ])('%j', (body, param) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: { param } }),
    );
  });
});
