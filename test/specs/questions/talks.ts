/** Who says what: texts, pictures, files, tools and their results, thoughts of another model. */
import { page, pixel, type Question, says, type Tool } from './question.ts';

const weather: Tool = {
  name: 'look_up',
  description: 'Looks the weather up.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const clock: Tool = { name: 'what-time', description: 'Tells the time.' };
const call = (id: string, name: string, args: object) => ({ id, name, args: { ...args } });
const lookUp = (id: string) => call(id, 'look_up', { city: 'Köln' });
const sunny = (id: string) => ({ call: id, name: 'look_up', text: 'Sunny, 21 °C' });
const noFiles = ['ollama-chat', 'cohere-chat', 'azure', 'azure preview'];

export const talks: readonly Question[] = [
  { name: 'a text', turns: [says('Hello')] },
  { name: 'a system prompt', system: 'Be brief.', turns: [says('Hello')] },
  {
    name: 'several turns',
    system: 'Be brief.',
    turns: [says('Hello'), { by: 'assistant', text: 'Hello to you.' }, says('And now?')],
  },
  {
    name: 'instructions in the middle',
    turns: [
      says('Hello'),
      { by: 'assistant', text: 'Hello to you.' },
      { by: 'system', parts: [{ kind: 'text', text: 'From here on in French.' }] },
      says('And now?'),
    ],
  },
  { name: 'two turns of the user in a row', turns: [says('Hello'), says('Are you there?')] },
  { name: 'an assistant that begins', turns: [{ by: 'assistant', text: 'What can I do?' }, says('Nothing')] },
  {
    name: 'a picture',
    turns: [
      {
        by: 'user',
        parts: [
          { kind: 'text', text: 'What is this?' },
          { kind: 'image', base64: pixel },
        ],
      },
    ],
  },
  {
    name: 'a picture by address',
    turns: [
      {
        by: 'user',
        parts: [
          { kind: 'text', text: 'What is this?' },
          { kind: 'image-url', url: 'https://example.com/a.png' },
        ],
      },
    ],
    refusedBy: ['gemini-generate', 'ollama-chat'],
  },
  {
    name: 'a PDF',
    turns: [
      {
        by: 'user',
        parts: [
          { kind: 'pdf', base64: page },
          { kind: 'text', text: 'Sum it up.' },
        ],
      },
    ],
    refusedBy: noFiles,
  },
  { name: 'tools on offer', turns: [says('Hello')], tools: [weather, clock] },
  {
    name: 'the result of a tool',
    tools: [weather],
    turns: [
      says('How is it in Köln?'),
      { by: 'assistant', text: 'Let me look.', calls: [lookUp('call_a')] },
      { by: 'tools', results: [sunny('call_a')] },
    ],
  },
  {
    name: 'a call without words or arguments',
    tools: [clock],
    turns: [
      says('How late is it?'),
      { by: 'assistant', calls: [call('call_a', 'what-time', {})] },
      { by: 'tools', results: [{ call: 'call_a', name: 'what-time', text: '' }] },
    ],
  },
  {
    name: 'results of parallel calls, one failed, and more from the user',
    tools: [weather, clock],
    turns: [
      says('How is it, and how late?'),
      { by: 'assistant', calls: [lookUp('call_a'), call('call_b', 'what-time', {}), lookUp('call_c')] },
      {
        by: 'tools',
        text: 'Quickly, please.',
        results: [
          sunny('call_a'),
          { call: 'call_b', name: 'what-time', text: 'no clock', isError: true },
          { call: 'call_c', name: 'look_up', text: '{"degrees":21}' },
        ],
      },
    ],
  },
  {
    name: 'a result that is a picture',
    tools: [weather],
    turns: [
      says('Show me Köln'),
      { by: 'assistant', calls: [lookUp('call_a')] },
      { by: 'tools', results: [{ ...sunny('call_a'), image: pixel }] },
    ],
    refusedBy: ['cohere-chat'],
  },
  {
    name: 'calls in the history, but no tools any more',
    turns: [
      says('How is it in Köln?'),
      { by: 'assistant', calls: [lookUp('call_a')] },
      { by: 'tools', results: [sunny('call_a')] },
      { by: 'assistant', text: 'Sunny.' },
      says('Thank you'),
    ],
  },
  {
    name: 'the ids of another vendor',
    isLoose: true,
    tools: [weather],
    turns: [
      says('How is it in Köln?'),
      { by: 'assistant', calls: [lookUp('call:a/1'), lookUp(`call_${'x'.repeat(70)}`)] },
      { by: 'tools', results: [sunny('call:a/1'), sunny(`call_${'x'.repeat(70)}`)] },
    ],
  },
  ...['gw1:anthropic:Rm9yZWlnbg==', 'gw1:gemini:Rm9yZWlnbg==', 'gw1:openai:Rm9yZWlnbg=='].map(
    (signature): Question => ({
      name: `thoughts signed ${signature.replace(/:[^:]*$/, '')}`,
      isLoose: true,
      tools: [weather],
      effort: 'medium',
      tokensMax: 20_000,
      turns: [
        says('How is it in Köln?'),
        { by: 'assistant', thought: { text: 'I should look.', signature }, calls: [lookUp('call_a')] },
        { by: 'tools', results: [sunny('call_a')] },
      ],
    }),
  ),
];
