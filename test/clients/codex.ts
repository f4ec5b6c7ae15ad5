/** What Codex sends (protocols 2.11): stateless Responses with tools of every kind. */

export const codexHeaders = {
  accept: 'text/event-stream',
  originator: 'codex_cli_rs',
  'openai-beta': 'responses=experimental',
  'user-agent': 'codex_cli_rs/0.99.0 (Debian 13; x86_64)',
  session_id: '019a0000-0000-7000-8000-000000000001',
} as const;

export const SHELL_TOOL = {
  type: 'function',
  name: 'shell',
  description: 'Runs a command.',
  strict: false,
  parameters: {
    type: 'object',
    properties: { command: { type: 'string' }, timeout_ms: { type: 'number' } },
    required: ['command'],
    additionalProperties: false,
  },
};

export const PATCH_TOOL = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Edits files; write a patch, not JSON.',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: "*** Begin Patch" /(.|\\n)+/' },
};

export const NOTES_TOOLS = {
  type: 'namespace',
  name: 'mcp__notes',
  description: 'The tools of a server of notes.',
  tools: [
    {
      type: 'function',
      name: 'read_note',
      description: 'Reads a note.',
      strict: false,
      parameters: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
    },
  ],
};

export const CODEX_TOOLS = [
  SHELL_TOOL,
  PATCH_TOOL,
  NOTES_TOOLS,
  { type: 'web_search', external_web_access: false },
];

export interface CodexTurn {
  readonly model: string;
  readonly text?: string;
  /** The items since: what the answer before put out, and what the tools gave. */
  readonly since?: readonly object[];
}

export function codexBody({ model, text = 'say hello', since = [] }: CodexTurn): Record<string, unknown> {
  const message = (role: string, said: string) => ({
    type: 'message',
    role,
    content: [{ type: 'input_text', text: said }],
  });
  return {
    model,
    instructions: 'You are a coding agent.',
    input: [
      message('developer', '<permissions instructions>\nread-only\n</permissions instructions>'),
      message('user', '<environment_context>\n  <cwd>/src</cwd>\n</environment_context>'),
      message('user', text),
      ...since,
    ],
    tools: CODEX_TOOLS,
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: codexHeaders.session_id,
    text: { verbosity: 'low' },
    client_metadata: { 'x-codex-installation-id': '00000000-0000-4000-8000-000000000001' },
  };
}
