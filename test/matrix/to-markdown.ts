/** The tables as a page: nothing in it changes from one run to the next. */
import { backs, type Cell, type Table } from './run-matrix.ts';
import { type Piece, show } from './show.ts';

const HEAD = `# What each client sees of each backend

Any client may speak to any backend. This page is written by a run of the gateway: clients of every dialect (rows)
put the same questions to backends of every dialect (columns), and each cell tells what such a client is told.
\`npm run matrix\` writes it anew, and a test fails when it is stale. The backends are one fake server that speaks all
of these dialects; unless told otherwise it repeats the last words of the user, and a word is a token.

- \`“You said: …” · stop · 3/4\`: the text, the reason to finish, tokens read and written. Texts are cut short.
- \`look_up(city="Köln")\`: a call of a tool, with its arguments as the client reads them.
- \`400 unsupported_parameter (n)\`: the status, the code or type of the error, the member it is about.
- \`W seed\`: \`x-sluice-warnings\` says that \`seed\` was dropped; \`~stop\`: it was changed; \`≈input_tokens\`: estimated.
- \`streamed: …\`: where a streamed answer is told otherwise than a whole one. Else both are as shown.
- \`! odd frames\`: an official client would stumble over something in the answer.
- \`–\`: this client has no words for the question.
`;

export function toMarkdown(tables: readonly Table[]): string {
  const sections = tables.map(
    (table) => `## ${heading(table.case.name)}\n\n${table.case.about}\n\n${body(table)}\n`,
  );
  return `${HEAD}\n${sections.join('\n')}`;
}

function heading(name: string): string {
  return `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
}

function body({ case: one, cells }: Table): string {
  const head = ['client', ...backs.map(({ dialect }) => dialect)];
  const rows = one.fronts.map((front) => [
    front.name,
    ...backs.map(({ model }) =>
      cellText(
        cells.filter((cell) => cell.front === front && cell.model === model),
        one.shows,
      ),
    ),
  ]);
  const lines = [head.map(escaped), head.map(() => '---'), ...rows.map((row) => row.map(escaped))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** The first form, and the other only if it says anything else than warnings: a stream's head leaves too early for some. */
function cellText(cells: readonly Cell[], shows: readonly Piece[]): string {
  const [first = '', other = first] = cells.map(({ told }) => show(told, shows));
  const isSame = other === first || other === first.replace(/ · W .*$/, '');
  return isSame ? first : `${first}; streamed: ${other}`;
}

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '|': '\\|', '*': '\\*' };

function escaped(text: string): string {
  return text.replace(/[|*<>]/g, (sign) => ENTITIES[sign] ?? sign);
}
