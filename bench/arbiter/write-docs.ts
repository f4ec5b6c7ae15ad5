import { readFileSync, writeFileSync } from 'node:fs';

const page = new URL('../../docs/arbitration.md', import.meta.url);
const image = new URL('../../docs/img/arbitration.svg', import.meta.url);
const begin = '<!-- bench:arbiter -->';
const end = '<!-- /bench:arbiter -->';

/** Puts the table between the two marks on the page, and the plot beside the page. */
export function writeDocs(table: string, svg: string): void {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/arbitration.md has no ${begin} … ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
  writeFileSync(image, svg);
}
