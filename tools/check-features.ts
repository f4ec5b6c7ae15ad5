import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of docs/features.md. */
interface Feature {
  readonly id: string;
  readonly state: string;
  readonly files: readonly string[];
  /** Each `path`, or `path › name of the test`. */
  readonly tests: readonly string[];
}

/** How many rows each predecessor has. */
const rowsOf: Readonly<Record<string, number>> = { '000': 91, '001': 77, '002': 20, '003': 24, '004': 37 };

/**
 * Everything that is wrong with the list of features: a row that is missing, there twice or unknown, and a row
 * that is called done without a file that does it and a test that shows it. `root` is where the paths begin.
 */
export function checkFeatures(markdown: string, root: string): string[] {
  const features = readFeatures(markdown);
  return [
    ...checkIds(features.map(({ id }) => id)),
    ...features.flatMap((feature) => checkFeature(feature, root)),
  ];
}

function readFeatures(markdown: string): Feature[] {
  return markdown.split('\n').flatMap((line) => {
    const [, id = '', , state = '', files = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    return /^\d{3}-\d+$/.test(id) ? [{ id, state, files: listed(files), tests: listed(tests) }] : [];
  });
}

/** Paths may be several, and may stand in code quotes. */
function listed(cell: string): string[] {
  return cell
    .replaceAll('`', '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function checkIds(ids: readonly string[]): string[] {
  const wanted = Object.entries(rowsOf).flatMap(([system, rows]) =>
    Array.from({ length: rows }, (_, index) => `${system}-${index + 1}`),
  );
  const missing = wanted.filter((id) => !ids.includes(id)).map((id) => `${id}: is missing`);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: is there twice`);
  const unknown = ids.filter((id) => !wanted.includes(id)).map((id) => `${id}: no predecessor has this row`);
  return [...missing, ...twice, ...unknown];
}

function checkFeature({ id, state, files, tests }: Feature, root: string): string[] {
  if (state === 'not yet') return [];
  if (state !== 'done') return [`${id}: "${state}" is neither "done" nor "not yet"`];
  const complaints = files
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => `there is no ${path}`);
  if (files.length === 0) complaints.push('is done, but no file says where');
  if (tests.length === 0) complaints.push('is done, but no test shows it');
  return [...complaints, ...tests.flatMap((test) => checkTest(test, root))].map(
    (complaint) => `${id}: ${complaint}`,
  );
}

function checkTest(test: string, root: string): string[] {
  const [path = '', name] = test.split('›').map((part) => part.trim());
  // A suite is run by several test files, each over something else; `.real.ts` is run by `npm run test:real` alone.
  if (!/(\.test|\.real|-suite)\.ts$/.test(path)) return [`${path} is no test file`];
  if (!existsSync(join(root, path))) return [`there is no ${path}`];
  const isThere = name === undefined || readFileSync(join(root, path), 'utf8').includes(name);
  return isThere ? [] : [`${path} has no test called "${name}"`];
}
