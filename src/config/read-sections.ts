import { checkShape, type ShapeFinding } from './check-shape.ts';
import type { ComplaintBook } from './complaint-book.ts';
import { ConfigSection } from './config-section.ts';
import { environmentDocuments } from './environment-start.ts';
import type { FoundFiles } from './find-files.ts';
import { dotted, type KeyPath } from './key-path.ts';
import { warnOfOpenFile } from './open-file.ts';
import { readDocument } from './read-document.ts';
import { readSchema, type SectionName } from './read-schema.ts';
import { type ReferenceSources, resolveReferences } from './resolve-references.ts';
import type { SourceDocument } from './source-document.ts';

export type Sections = Readonly<Record<SectionName, ConfigSection>>;

/** Where a section comes from, before it is looked into. */
interface Origin {
  readonly name: SectionName;
  readonly document: SourceDocument;
  readonly base: KeyPath;
  readonly value: unknown;
}

/** Files → three sections of the right shape. A section that cannot be read has the value undefined. */
export function readSections(found: FoundFiles, sources: ReferenceSources, book: ComplaintBook): Sections {
  const origins = found.single === undefined ? fromDirectory(found, book) : fromOneFile(found.single, book);
  return toSections(origins, sources, book);
}

/** Variables → the same three sections. */
export function readEnvironmentSections(sources: ReferenceSources, book: ComplaintBook): Sections {
  const documents = environmentDocuments(sources.env);
  const origin = (name: SectionName): Origin => ({
    name,
    document: documents[name],
    base: [],
    value: documents[name].value,
  });
  return toSections([origin('daemon'), origin('apps'), origin('backends')], sources, book);
}

function toSections(origins: readonly Origin[], sources: ReferenceSources, book: ComplaintBook): Sections {
  const section = (name: SectionName) => {
    const origin = origins.find((each) => each.name === name) ?? nothing(name);
    return toSection(origin, sources, book);
  };
  return { daemon: section('daemon'), apps: section('apps'), backends: section('backends') };
}

function fromDirectory(found: FoundFiles, book: ComplaintBook): Origin[] {
  const origins: Origin[] = [];
  for (const name of ['daemon', 'apps', 'backends'] as const) {
    const file = found.sections[name];
    if (file === undefined) {
      if (name !== 'daemon') book.add('error', spot(found.directory, name), missingFile(name));
      continue;
    }
    const document = readDocument(file);
    origins.push({ name, document, base: [], value: sound(document, book) });
  }
  return origins;
}

const missingFile = (name: string) =>
  `has no ${name}.json, ${name}.yaml or ${name}.yml; write one, or let \`sluice init\` do it`;

function fromOneFile(file: string, book: ComplaintBook): Origin[] {
  const document = readDocument(file);
  const value = sound(document, book);
  if (value === undefined) return [];
  const root = checkShape(rootSchema, value, [], () => false);
  const section = new ConfigSection('daemon', document, [], book);
  for (const finding of root.findings) section.complainOfWritten('error', finding.path, finding.message);
  if (typeof root.value !== 'object' || root.value === null) return [];
  return Object.entries(root.value)
    .filter(([name]) => name !== '$schema')
    .map(([name, part]) => asOrigin(name as SectionName, document, part));
}

/** A section that is one list may be written as that list: `apps: [ … ]`. */
function asOrigin(name: SectionName, document: SourceDocument, part: unknown): Origin {
  if (name === 'daemon' || !Array.isArray(part)) return { name, document, base: [name], value: part ?? {} };
  return { name, document, base: [], value: { [name]: part } };
}

const rootSchema = {
  type: 'object',
  properties: { $schema: {}, daemon: {}, apps: {}, backends: {} },
  required: ['apps', 'backends'],
  additionalProperties: false,
} as const;

/** The document's value, unless its text is faulty: half a file would only give misleading complaints. */
function sound(document: SourceDocument, book: ComplaintBook): unknown {
  for (const { place, key, message } of document.faults) {
    book.add('error', { file: document.file, place, key }, message);
  }
  return document.faults.length === 0 ? document.value : undefined;
}

function toSection(origin: Origin, sources: ReferenceSources, book: ComplaintBook): ConfigSection {
  const section = new ConfigSection(origin.name, origin.document, origin.base, book);
  if (origin.value === undefined) return section;
  const resolved = resolveReferences(origin.value, sources, {
    onSecret: (value) => book.keepSecret(value),
    onComplaint: (path, message) => section.complainOfWritten('error', path, message),
  });
  section.raw = resolved.value;
  section.resolved = resolved.paths;
  const isText = origin.document.file === 'environment';
  const shape = checkShape(
    readSchema(origin.name),
    resolved.value,
    [],
    (path) => isText || resolved.paths.has(dotted(path)),
  );
  section.value = shape.value;
  section.respelled = shape.respelled;
  for (const { text } of shape.secrets) book.keepSecret(text);
  warnOfOpenFile(section, shape.secrets);
  for (const finding of once(shape.findings)) {
    section.complainOfWritten(finding.severity, finding.path, finding.message);
  }
  return section;
}

/** Fifty apps with the same option that is not in effect are one warning. */
function once(findings: readonly ShapeFinding[]): ShapeFinding[] {
  const counts = new Map<unknown, number>();
  for (const { about } of findings) if (about !== undefined) counts.set(about, (counts.get(about) ?? 0) + 1);
  const seen = new Set<unknown>();
  return findings.flatMap((finding) => {
    if (finding.about === undefined) return [finding];
    if (seen.has(finding.about)) return [];
    seen.add(finding.about);
    const others = (counts.get(finding.about) ?? 1) - 1;
    return [
      others === 0
        ? finding
        : { ...finding, message: `${finding.message} (here and in ${others} more places)` },
    ];
  });
}

const nothing = (name: SectionName): Origin => ({
  name,
  document: { file: 'default', value: undefined, faults: [], placeOf: () => undefined },
  base: [],
  value: name === 'daemon' ? {} : undefined,
});

const spot = (file: string, key: string) => ({ file, place: undefined, key });
