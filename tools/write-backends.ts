import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dialectByName } from '../src/dialects/all-dialects.ts';
import { loadCatalog } from '../src/providers/load-catalog.ts';
import type { Provider, Surface } from '../src/providers/provider.ts';

/** Writes `docs/backends.md`: what each type of backend is and can do, as its file in the catalogue says. */
export const backendsFile = fileURLToPath(new URL('../docs/backends.md', import.meta.url));

export async function backendsPage(): Promise<string> {
  const { all } = await loadCatalog();
  return [intro, overview(all), '## One by one', ...all.map(chapter)].join('\n\n').concat('\n');
}

const intro = `# Types of backends

Made from \`src/providers/catalog\` by \`npm run backends\`; a test fails while it is stale. How to add one:
[how-to/add-a-provider.md](how-to/add-a-provider.md). What clients of every dialect see of backends of every dialect:
[dialects.md](dialects.md). That each type really answers what is told here is tested by
\`test/conformance/every-provider.test.ts\`.

\`type\` in the configuration is the first name or any of the others. Clients of a dialect it speaks pass through
untouched, all others of the same kind of work are translated. An operation that a type lacks is answered with 501
\`operation_not_supported\`. All that chat can stream. What is *newer only* is used where the server turns out to have it
(\`quirks.dialects\` decides it for good). Tools, pictures and structured output are up to the model; where a type
cannot, its quirks say so, and Sluice refuses or warns by name.`;

const YES = 'yes';

function overview(all: readonly Provider[]): string {
  const heads = ['type', 'what it is', 'chat', 'completions', 'responses', 'embeddings', 'images', 'memory'];
  const rows = all.map((provider) => [
    `[\`${provider.name}\`](#${provider.name})`,
    provider.title,
    ...['chat', 'completions', 'responses', 'embeddings', 'images'].map((one) => ability(provider, one)),
    memoryOf(provider),
  ]);
  return table(heads, rows);
}

/** What a server speaks not, but another operation of the same kind of work, is translated. */
function ability(provider: Provider, operation: string): string {
  const dialects = provider.surfaces.flatMap(({ dialect, isOptional }) => {
    const found = dialectByName(dialect);
    return found === undefined || isOptional ? [] : [found];
  });
  const kind = ['chat', 'completions', 'responses'].includes(operation) ? 'generation' : operation;
  if (dialects.some((one) => one.operation === operation && one.kind === kind)) return YES;
  if (provider.jobs?.operations.some((one) => one === operation)) return YES;
  const isKin = dialects.some((one) => one.kind === kind) || provider.jobs?.kinds.some((one) => one === kind);
  return isKin && kind === 'generation' ? 'translated' : '–';
}

function memoryOf({ driver }: Provider): string {
  if (driver === undefined) return '–';
  const can = [
    driver.memory && 'seen',
    driver.load && 'loaded',
    driver.unload && 'unloaded',
    driver.busy && 'asked whether it is at work',
    driver.sleeps && 'sleeps',
  ];
  return can.filter(Boolean).join(', ');
}

function chapter(provider: Provider): string {
  const { name, aliases, title } = provider;
  const also = aliases.length === 0 ? '' : ` Also \`${aliases.join('`, `')}\`.`;
  return [`### ${name}`, `${title}.${also}`, commentOf(name), table(['', ''], facts(provider))]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What its file says of it; how its memory is managed, and where that was read, is for whoever reads the code. */
function commentOf(name: string): string {
  const text = readFileSync(new URL(`../src/providers/catalog/${name}.ts`, import.meta.url), 'utf8');
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport default/.exec(text)?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const paragraphs = lines.join('\n').trim().split('\n\n');
  return paragraphs.filter((paragraph) => !/^Memory\b/.test(paragraph)).join('\n\n');
}

function facts(provider: Provider): string[][] {
  const { baseUrl, needsKey, keyHeaders, headers, modelsPath, probe, localPort, inHouse, atOnceMax } =
    provider;
  const keyed = Object.entries(keyHeaders('KEY')).map(([header, value]) => `\`${header}: ${value}\``);
  const rows: (readonly [string, string | undefined])[] = [
    [
      'address',
      inHouse ? 'in this process' : baseUrl === undefined ? 'wherever `base_url` says' : `\`${baseUrl}\``,
    ],
    ['key', inHouse ? 'none' : `${needsKey ? 'needed' : 'if it wants one'}, as ${keyed.join(', ')}`],
    [
      'headers',
      headers &&
        Object.entries(headers)
          .map(([header, value]) => `\`${header}: ${value}\``)
          .join(', '),
    ],
    ['speaks', speech(provider)],
    ['lists its models at', inHouse ? undefined : modelsPath === undefined ? 'nowhere' : `\`${modelsPath}\``],
    [
      'proof of life',
      inHouse
        ? undefined
        : probe === undefined
          ? 'none that costs nothing'
          : `\`GET ${probe.path}\`${probe.from === 'host' ? ' at the root' : ''}`,
    ],
    ['found by the first run', localPort === undefined ? undefined : `on port ${localPort}`],
    ['requests at once', atOnceMax === undefined ? undefined : `${atOnceMax}, never more`],
    ['differs by', quirksOf(provider)],
    ['memory', provider.driver && memoryOf(provider)],
    ['load options', provider.driver?.loadOptions],
  ];
  return rows.flatMap(([what, value]) => (value === undefined || value === '' ? [] : [[what, value]]));
}

function speech(provider: Provider): string | undefined {
  const spoken = provider.surfaces.map(
    (surface) =>
      `${surface.dialect} at \`${pathOf(surface)}\`${surface.from === 'host' ? ' at the root' : ''}${surface.isOptional ? ' (newer only)' : ''}`,
  );
  const { jobs } = provider;
  const done = jobs === undefined ? [] : [`${jobs.operations.join(', ')} as a job of several requests`];
  if (provider.inHouse !== undefined) return undefined;
  return [...spoken, ...done].join('; ') || 'nothing: it is there for the memory it gives back';
}

function pathOf({ path }: Surface): string {
  const place = { model: '{model}', isStream: false, route: '', query: '', baseUrl: undefined, quirks: {} };
  return typeof path === 'string' ? path : path(place).replaceAll('%7B', '{').replaceAll('%7D', '}');
}

/** As the configuration would write them. */
function quirksOf({ quirks }: Provider): string {
  const own = typeof quirks === 'function' ? quirks({ baseUrl: undefined, quirks: {} }) : quirks;
  return Object.entries(own)
    .map(([name, value]) => `\`${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}: ${value}\``)
    .join(', ');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(backendsFile, await backendsPage());
  console.log(backendsFile);
}
