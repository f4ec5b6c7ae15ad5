/** The pages people read, for the tests of this folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly folder: string;
  readonly text: string;
}

const atTheRoot = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'AGENTS.md',
  'examples/README.md',
];

export const pages: readonly Page[] = [...atTheRoot, ...pagesBelow('docs')].map((path) => ({
  path,
  folder: dirname(join(root, path)),
  text: readFileSync(join(root, path), 'utf8'),
}));

export function pageOf(path: string): Page {
  const page = pages.find((each) => each.path === path);
  if (page === undefined) throw new Error(`there is no page ${path}`);
  return page;
}

/** Every fenced block of a page in one of these languages. */
export function blocksOf(page: Page, ...languages: readonly string[]): string[] {
  const blocks = page.text.matchAll(/^```(\w*)\n(.*?)^```$/gms);
  return [...blocks]
    .filter(([, language]) => languages.includes(language ?? ''))
    .map(([, , text]) => text ?? '');
}

function pagesBelow(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(relative(root, join(root, folder)), name));
}
