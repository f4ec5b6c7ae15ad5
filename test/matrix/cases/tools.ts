/** Tools: offered, forced, called, answered. */
import { both, type Case, PLACE, says } from '../case.ts';

export const toolsCases: readonly Case[] = [
  both({
    name: 'tool call',
    about:
      'One tool is offered, and the text asks for it ("use tool please"). The arguments must be an object, or text that is one, and the reason to finish is the dialect\'s word for a call of a tool.',
    wish: { ...says('use tool please'), tools: [{ name: 'look_up', schema: PLACE }] },
    shows: ['tools', 'finish'],
  }),
  both({
    name: 'tool call without arguments',
    about:
      'The tool that is offered takes none, and the backend sends none: an empty text, "null", or nothing. The client must see an empty object, or what its SDK reads as one where the bytes pass through.',
    wish: { ...says('use tool please'), tools: [{ name: 'now' }] },
    scenario: 'no-args',
    shows: ['tools', 'finish'],
  }),
  both({
    name: 'parallel tools',
    about:
      'Two tools are offered, and the model calls both in one turn. Look for two calls with their own names and arguments, not glued together.',
    wish: {
      ...says('use tools please'),
      tools: [
        { name: 'look_up', schema: PLACE },
        { name: 'add', schema: { type: 'object', properties: { days: { type: 'integer' } } } },
      ],
    },
    scenario: 'tools=2',
    shows: ['tools', 'finish'],
  }),
  both({
    name: 'words and tools',
    about:
      'The model says three words, then calls a tool. Both must be there, the words as text (Cohere calls them its plan).',
    wish: { ...says('Hello.'), tools: [{ name: 'look_up', schema: PLACE }] },
    scenario: 'words=3!tools=1',
    shows: ['text', 'tools'],
  }),
  both({
    name: 'forced tool',
    about:
      'Two tools are offered, and one of them must be called, whatever the text says ("Hello."). Backends that cannot be forced refuse the wish by name.',
    wish: {
      ...says('Hello.'),
      tools: [
        { name: 'add', schema: { type: 'object', properties: { days: { type: 'integer' } } } },
        { name: 'look_up', schema: PLACE },
      ],
      must: 'look_up',
    },
    shows: ['tools', 'finish'],
  }),
  both({
    name: 'tool result',
    about:
      'The talk goes on: a question, the call of a tool, its result "21 degrees". The model says what the tool said, so the words must be there (Gemini wraps them into an object).',
    wish: {
      turns: [
        { by: 'user', text: 'How warm is it?' },
        { by: 'call', id: 'call_abc123', name: 'look_up', args: { city: 'Köln' } },
        { by: 'result', id: 'call_abc123', name: 'look_up', text: '21 degrees' },
      ],
      tools: [{ name: 'look_up', schema: PLACE }],
    },
    shows: ['text', 'finish'],
  }),
];
