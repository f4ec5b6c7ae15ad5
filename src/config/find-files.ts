import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { ComplaintBook } from './complaint-book.ts';
import { type Environment, given } from './environment.ts';
import { configDirectory, expandHome } from './paths.ts';
import type { SectionName } from './read-schema.ts';

/** Which files hold the configuration. */
export interface FoundFiles {
  /** Where the files are, or would be. */
  readonly directory: string;
  /** One file with all three sections, or up to one file for each. */
  readonly single: string | undefined;
  readonly sections: Readonly<Partial<Record<SectionName, string>>>;
}

const names: readonly SectionName[] = ['daemon', 'apps', 'backends'];
const extensions = ['.json', '.yaml', '.yml'];

/** Looks for the files; two forms of one section are a complaint, since either might be the one that is meant. */
export function findFiles(configPath: string | undefined, env: Environment, book: ComplaintBook): FoundFiles {
  const path =
    given(configPath) === undefined ? configDirectory(env) : resolve(expandHome(configPath ?? '', env));
  if (isOneFile(path)) return { directory: dirname(path), single: path, sections: {} };
  const sections: Partial<Record<SectionName, string>> = {};
  for (const name of names) {
    const [file, ...others] = extensions
      .map((end) => join(path, name + end))
      .filter((each) => existsSync(each));
    if (file !== undefined) sections[name] = file;
    for (const other of others) {
      const message = `${file} and ${other} both hold the section \`${name}\`; keep one of them`;
      book.add('error', { file: other, place: undefined, key: name }, message);
    }
  }
  return { directory: path, single: undefined, sections };
}

export function hasFiles(found: FoundFiles): boolean {
  return found.single !== undefined || Object.keys(found.sections).length > 0;
}

/** A path that does not exist is a file if its name says so; anything else will be a directory. */
function isOneFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? extensions.includes(extname(path)) : !stats.isDirectory();
}
