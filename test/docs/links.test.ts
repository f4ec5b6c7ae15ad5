/** What the pages point at is there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Page, pages, root } from './pages.ts';

/** Pages that give a file one may add as an example: these are not there, on purpose. */
const madeUp = ['src/providers/catalog/acme.ts', 'src/decisions/policy/rules/plain-names.ts'];

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_path, page) => {
  it('links to files that exist, and to headings that are there', () => {
    expect(linksOf(page).filter((link) => !isThere(page, link))).toEqual([]);
  });

  it('names only files of this repository that exist', () => {
    expect(namedFilesOf(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

function linksOf({ text }: Page): string[] {
  const links = [...withoutCode(text).matchAll(/!?\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

function isThere(page: Page, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? join(root, page.path) : join(page.folder, path);
  if (!existsSync(target)) return false;
  if (heading === undefined) return true;
  const linked = pages.find(({ path: other }) => join(root, other) === target);
  return linked === undefined || headingsOf(linked).includes(heading);
}

/** Headings as GitHub makes anchors of them. */
function headingsOf({ text }: Page): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** `src/…` and its neighbours, wherever they stand in a page; patterns and placeholders are no names. */
function namedFilesOf({ text }: Page): string[] {
  const named = text.matchAll(/(?<![\w./-])(src|test|tools|bench|schemas|examples)\/[\w./*<>-]*\w/g);
  const paths = [...named].map(([path]) => path).filter((path) => !/[*<>]/.test(path));
  return [...new Set(paths)].filter((path) => !madeUp.includes(path));
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
}
