import type { Import } from './read-source.ts';
import { type Violation, violationAt } from './violation.ts';

/** Where in `dialects/` a file stands: the root, a shared family, or one dialect. */
function dialectFolder(path: string): string | undefined {
  return /^dialects\/([^/]+)\//.exec(path)?.[1];
}

const isFamily = (folder: string) => folder.endsWith('-family');

/** What stands at the root for every dialect: the contracts, and what all pages of models do alike. */
const contracts: readonly string[] = [
  'dialects/dialect.ts',
  'dialects/wire-quirks.ts',
  'dialects/models-page.ts',
  'dialects/find-model.ts',
];

/** A dialect knows the contracts, the families and itself, a family other families; only `all-dialects.ts` knows the dialects. */
export function checkDialects(path: string, found: Import, target: string): Violation | undefined {
  if (!target.startsWith('dialects/')) return undefined;
  const to = dialectFolder(target);
  const from = dialectFolder(path);
  const isInside = path.startsWith('dialects/');
  if (to === undefined)
    return from === undefined || contracts.includes(target)
      ? undefined
      : rootOfDialects(path, found, target, from);
  if (to === from || path === 'dialects/all-dialects.ts') return undefined;
  if (isInside && from !== undefined && isFamily(to)) return undefined;
  const message =
    from === undefined ? `${path} imports the dialect ${to}` : `the dialect ${from} imports ${to}`;
  return violationAt(
    path,
    found,
    'dialect',
    target,
    `${message}: only dialects/all-dialects.ts knows the dialects`,
    dialectAdvice,
  );
}

const dialectAdvice =
  'take a Dialect as a parameter; what two dialects share lives in a folder ending in -family, or in model';

function rootOfDialects(path: string, found: Import, target: string, from: string): Violation {
  const message = `the dialect ${from} imports ${target}: of the dialects' root it may know the contracts alone`;
  return violationAt(path, found, 'dialect', target, message, dialectAdvice);
}

/** A dialect folder uses no package and no built-in at all. */
export function dialectPackage(path: string, found: Import, specifier: string): Violation {
  const message = `dialects (floor 1) imports ${specifier}: a dialect is pure and runs anywhere`;
  return violationAt(path, found, 'dialect', specifier, message, 'return a value, and let the caller do it');
}
