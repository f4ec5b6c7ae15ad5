/** Tools: offered, forced, called, answered. */
import type { Json } from '../../fake-upstream/json.ts';
import { differs, endOf, unless } from '../differences.ts';
import type { Cell } from '../run-matrix.ts';
import type { Told } from '../told.ts';
import { answered } from './answer.ts';
import type { Check } from './check.ts';
import { unsupported } from './failure.ts';

const LOOKED_UP = { city: 'Köln', days: 1 };

export const toolsChecks: Readonly<Record<string, Check>> = {
  'tool call': toolsAre([{ name: 'look_up', args: LOOKED_UP }]),
  'tool call without arguments': toolWithoutArguments,
  'parallel tools': toolsAre([
    { name: 'look_up', args: LOOKED_UP },
    { name: 'add', args: { days: 1 } },
  ]),
  'words and tools': wordsAndTools,
  'forced tool': forcedTool,
  'tool result': toolResult,
};

function toolsAre(wanted: readonly { readonly name: string; readonly args: Json }[]): Check {
  return (told, { front }) => {
    const ids = told.tools.map(({ id }) => id);
    const needsIds = front.family !== 'gemini' && front.family !== 'ollama';
    return [
      ...differs(
        'tools',
        told.tools.map(({ name, args }) => ({ name, args })),
        wanted,
      ),
      ...differs('finish', told.finish, endOf(front.family, 'tool')),
      ...unless(!needsIds || new Set(ids.filter(Boolean)).size === wanted.length, `ids ${ids.join(', ')}`),
      ...unless(
        ids.every((id) => /^[\w-]{0,64}$/.test(id)),
        `ids ${ids.join(', ')}`,
      ),
    ];
  };
}

/** Where text is the form of arguments, an empty one means the same; Gemini leaves them out. */
function toolWithoutArguments({ tools, finish }: Told, { front }: Cell): string[] {
  const [tool] = tools;
  const asText = front.family.startsWith('openai') && tool?.argsText === '';
  const leftOut = front.family === 'gemini' && tool?.args === undefined;
  return [
    ...differs(
      'tools',
      tools.map(({ name }) => name),
      ['now'],
    ),
    ...(asText || leftOut ? [] : differs('arguments', tool?.args, {})),
    ...differs('finish', finish, endOf(front.family, 'tool')),
  ];
}

function wordsAndTools(told: Told, cell: Cell): string[] {
  return [
    ...answered(told, 'one two three'),
    ...toolsAre([{ name: 'look_up', args: LOOKED_UP }])(told, cell),
  ];
}

/** Ollama's models do as they like; Cohere's are offered that one alone. */
function forcedTool(told: Told, cell: Cell): readonly string[] {
  const isGemini = cell.front.family === 'gemini';
  const choice = isGemini ? 'toolConfig.functionCallingConfig' : 'tool_choice';
  if (cell.back === 'ollama-chat') return unsupported(choice)(told, cell);
  return toolsAre([{ name: 'look_up', args: LOOKED_UP }])(told, cell);
}

/** Gemini's results are objects. */
function toolResult(told: Told, { back, front }: Cell): string[] {
  const said = back === 'gemini-generate' ? '{"output":"21 degrees"}' : '21 degrees';
  return [
    ...answered(told, `The tool said: ${said}`),
    ...differs('finish', told.finish, endOf(front.family, 'natural')),
  ];
}
