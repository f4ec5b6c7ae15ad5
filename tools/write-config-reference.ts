import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { appsSchema } from '../src/config/schema/apps-schema.ts';
import { backendsSchema } from '../src/config/schema/backends-schema.ts';
import { daemonSchema } from '../src/config/schema/daemon-schema.ts';

/**
 * Writes `docs/configuration-reference.md` from the definitions in `src/config/schema`, so that the page cannot
 * say anything else than what `sluice check` checks. A test tells when it is stale.
 */
interface Node {
  readonly [keyword: string]: unknown;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly unknown[];
}

interface Row {
  readonly key: string;
  readonly node: Node;
  /** What happens instead, for a key without effect in this version. */
  readonly notYet: string | undefined;
}

export const referenceFile = fileURLToPath(new URL('../docs/configuration-reference.md', import.meta.url));

export function configReference(): string {
  return `${head}\n${[
    section(
      'daemon',
      'How Sluice listens, logs and keeps its state. Every key is optional.',
      nodeOf(daemonSchema),
      '',
    ),
    section('apps', 'Who may call.', nodeOf(appsSchema), ''),
    section('backends', 'Who answers.', nodeOf(backendsSchema), ''),
  ].join('\n')}`;
}

/** TypeBox's own types say more than is needed to walk a schema. */
const nodeOf = (schema: unknown): Node => schema as Node;

const head = `# Every key of the configuration

This page is made from the same definitions that \`sluice check\` uses: \`npx tsx tools/write-config-reference.ts\`
writes it. How files are found and how values are written is told in [configuration.md](configuration.md).
\`[]\` stands for each entry of a list, \`<name>\` for a name you choose.
`;

function section(title: string, about: string, schema: Node, prefix: string): string {
  const rows = rowsOf(schema, prefix, undefined);
  const ignored = rows.filter(({ node }) => node['x-ignored'] !== undefined);
  const others = rows.filter((row) => !ignored.includes(row));
  const parts = [
    `## ${title}\n\n${about}\n`,
    table(
      ['key', 'value', 'default', 'meaning'],
      others
        .filter(({ notYet }) => notYet === undefined)
        .map(({ key, node }) => [code(key), typeOf(node), defaultOf(node), meaningOf(node)]),
    ),
    '\nUnderstood, but not in effect in this version. `sluice check` says so where one is set.\n',
    table(
      ['key', 'value', 'meaning', 'what happens now'],
      others
        .filter(({ notYet }) => notYet !== undefined)
        .map(({ key, node, notYet }) => [code(key), typeOf(node), meaningOf(node), notYet ?? '']),
    ),
  ];
  if (ignored.length > 0) {
    const listed = ignored.map(({ key, node }) => [code(key), String(node['x-ignored'])]);
    parts.push(
      "\nAccepted because a predecessor's files hold it, and of no use here.\n",
      table(['key', 'why'], listed),
    );
  }
  return parts.join('\n');
}

/** Keys that mean nothing while another one is not in effect; the schema says so at that one only. */
const hangsOn: readonly (readonly [keys: RegExp, on: string])[] = [
  [/^tracing\./, 'no spans are sent'],
  [/^database\.(?!path$)/, 'the SQLite file is used'],
];

const hanging = (key: string): string | undefined => hangsOn.find(([keys]) => keys.test(key))?.[1];

function rowsOf(node: Node, path: string, inherited: string | undefined): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const own = typeof child['x-not-yet'] === 'string' ? child['x-not-yet'] : undefined;
    const notYet = child['x-not-yet-values'] === undefined ? (own ?? inherited ?? hanging(key)) : undefined;
    const below = branchesOf(child).flatMap((branch) => nested(branch, key, notYet));
    const isPlainSection =
      below.length > 0 && branchesOf(child).every(({ properties }) => properties !== undefined);
    return isPlainSection ? below : [{ key, node: child, notYet }, ...below];
  });
}

/** What a key leads to: its members, the members of its entries, or of what stands under chosen names. */
function nested(node: Node, key: string, notYet: string | undefined): Row[] {
  // An app's own backend has the keys of every backend, which are listed once.
  if (key === 'apps[].backend') return [];
  const own = rowsOf(node, key, notYet);
  const items =
    node.items === undefined
      ? []
      : branchesOf(node.items).flatMap((item) => nested(item, `${key}[]`, notYet));
  const { additionalProperties } = node;
  const named =
    typeof additionalProperties === 'object' && node.properties === undefined
      ? additionalProperties
      : undefined;
  const chosen =
    named === undefined ? [] : branchesOf(named).flatMap((each) => nested(each, `${key}.<name>`, notYet));
  return [...own, ...items, ...chosen];
}

const branchesOf = (node: Node): readonly Node[] =>
  (node.anyOf ?? [node])
    .filter(({ type }) => type !== 'null')
    .flatMap((each) => (each.anyOf ? branchesOf(each) : [each]));

function typeOf(node: Node): string {
  return [...new Set(branchesOf(node).map(typeOfBranch))].join(' or ');
}

function typeOfBranch(node: Node): string {
  if (node.enum !== undefined) return wordsOf(node.enum);
  if (node.type === 'array') return `list${node.items === undefined ? '' : ` of ${typeOf(node.items)}`}`;
  if (node.type === 'integer') return 'whole number';
  if (node.type === 'boolean') return '`true`, `false`';
  return node.type ?? 'anything';
}

/** `DEBUG` and `debug` are one word to the reader. */
function wordsOf(words: readonly unknown[]): string {
  const shown = words
    .map(String)
    .filter(
      (word, at, all) =>
        !all.some((other, place) => place < at && other.toLowerCase() === word.toLowerCase()),
    );
  return shown.map(code).join(', ');
}

function defaultOf(node: Node): string {
  return node['default'] === undefined ? '' : code(JSON.stringify(node['default']));
}

function meaningOf(node: Node): string {
  const sentence =
    node.description ??
    branchesOf(node).find(({ description }) => description !== undefined)?.description ??
    '';
  const values = node['x-not-yet-values'];
  const some = Array.isArray(values) ? ` Not yet: ${wordsOf(values)}; ${String(node['x-not-yet'])}.` : '';
  return `${sentence}${some}`;
}

const code = (text: string): string => `\`${text}\``;

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells
      .map((cell) =>
        cell
          .replaceAll('|', '\\|')
          .replaceAll('<', '&lt;')
          .replaceAll(/`([^`]*)&lt;([^`]*)`/g, '`$1<$2`'),
      )
      .join(' | ')} |`;
  return `${[line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(referenceFile, configReference());
  console.log(referenceFile);
}
