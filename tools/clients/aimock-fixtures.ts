/** What aimock shall say to the questions of `test/clients/newer/cases.mjs` and of `aimock-chaos.ts`. The first that fits is taken. */
const counts = { prompt_tokens: 3, completion_tokens: 4, input_tokens: 3, output_tokens: 4 };
const usage = { ...counts, promptTokenCount: 3, candidatesTokenCount: 4 };

const says = (content: string) => ({ content, usage });
const calls = (name: string, args: object) => ({
  toolCalls: [{ name, arguments: JSON.stringify(args) }],
  usage,
});

/** A coding agent offers `read`, all the others `look_up`. */
const readsNote = { userMessage: 'use tool', toolName: 'read' };
const looksUp = { userMessage: 'use tool', toolName: 'look_up' };

export const fixtures: readonly object[] = [
  {
    match: { userMessage: 'cut it off' },
    truncateAfterChunks: 12,
    latency: 10,
    response: says('These words never end. '.repeat(9)),
  },
  { match: { ...readsNote, hasToolResult: true }, response: says('The tool said: it is sunny') },
  { match: { ...readsNote, hasToolResult: false }, response: calls('read', { path: 'Köln' }) },
  { match: { ...looksUp, hasToolResult: true }, response: says('The tool said: sunny') },
  { match: { ...looksUp, hasToolResult: false }, response: calls('look_up', { city: 'Köln' }) },
  // LangChain asks Anthropic's dialect for an object as the arguments of a tool of this name.
  { match: { userMessage: 'an object', toolName: 'extract' }, response: calls('extract', { city: 'Köln' }) },
  { match: { userMessage: 'an object' }, response: says('{"city":"Köln"}') },
  { match: { userMessage: 'and again' }, response: says('You said: and again') },
  { match: { userMessage: 'Grüße, 世界 👋' }, response: says('You said: Grüße, 世界 👋') },
];
