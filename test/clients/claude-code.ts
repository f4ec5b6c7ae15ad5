/** What Claude Code sends, as its 2.1 was seen to (protocols 3, ecosystem 2.5): its headers, and a body with all of its habits. */

/** With a blank behind one comma, and a beta nobody knows: it is forwarded byte for byte or not at all. */
export const BETAS =
  'claude-code-20250219,interleaved-thinking-2025-05-14, context-management-2025-06-27,made-up-2099-01-01';

export const SESSION = '5d3ff5e0-5f0e-4f5b-9d2a-8a8b9b1e2c3d';

export const BILLING_LINE = 'x-anthropic-billing-header: cc_version=2.1.197; cc_entrypoint=cli; cch=a1b2c;';

export const REMINDER = 'The user opened notes.md in the editor.';

/** One pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export function claudeHeaders(key: string): Record<string, string> {
  return {
    accept: 'application/json',
    authorization: `Bearer ${key}`,
    'anthropic-version': '2023-06-01',
    'anthropic-beta': BETAS,
    'anthropic-dangerous-direct-browser-access': 'true',
    'user-agent': 'claude-cli/2.1.197 (external, cli)',
    'x-app': 'cli',
    'x-claude-code-session-id': SESSION,
    'x-stainless-lang': 'js',
    'x-stainless-timeout': '600',
  };
}

const ephemeral = { cache_control: { type: 'ephemeral' } };

export const READ_TOOL = {
  name: 'Read',
  description: 'Reads a file.',
  input_schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { file_path: { type: 'string', description: 'An absolute path' } },
    required: ['file_path'],
    additionalProperties: false,
  },
};

const BASH_TOOL = {
  name: 'Bash',
  description: 'Runs a command.',
  input_schema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] },
  ...ephemeral,
};

export interface ClaudeTurn {
  readonly model: string;
  readonly text?: string;
  /** What was said since: assistant turns and results. */
  readonly since?: readonly object[];
  readonly stream?: boolean;
}

export function claudeBody({ model, text = 'say hello', since = [], stream = true }: ClaudeTurn): object {
  return {
    model,
    max_tokens: 32_000,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: '<system-reminder>\nToday is a day.\n</system-reminder>\n' },
          { type: 'text', text, ...ephemeral },
        ],
      },
      { role: 'system', content: REMINDER },
      ...since,
    ],
    system: [
      { type: 'text', text: BILLING_LINE },
      { type: 'text', text: 'You are an interactive agent.', ...ephemeral },
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ],
    tools: [READ_TOOL, BASH_TOOL],
    metadata: { user_id: JSON.stringify({ device_id: 'd'.repeat(64), session_id: SESSION }) },
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    ...(stream ? { stream: true } : {}),
  };
}

/** The turns behind a first answer that used tools: all of its blocks as they came, and what the tools gave. */
export function claudeResults(blocks: readonly object[], results: readonly object[]): readonly object[] {
  return [
    { role: 'assistant', content: blocks },
    {
      role: 'user',
      content: [
        ...results,
        { type: 'text', text: '<system-reminder>\nGo on.\n</system-reminder>', ...ephemeral },
      ],
    },
  ];
}
