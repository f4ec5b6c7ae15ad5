import { Secret } from '../model/secret.ts';
import { checkBaseUrl, checkHeaders } from './check-address.ts';
import { checkReadable } from './check-values.ts';
import type { BackendConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import { findType, type KnownType } from './known-types.ts';
import { normaliseCost } from './normalise-cost.ts';
import { normaliseModels, normaliseSupports } from './normalise-models.ts';
import { checkPictureKeys, normalisePictures, withRefiners } from './normalise-pictures.ts';
import { checkResidency, normaliseResidency } from './normalise-residency.ts';
import { normaliseShim } from './normalise-shim.ts';
import { expandPath } from './paths.ts';
import type { BackendEntry } from './schema/backends-schema.ts';
import { toMs } from './seconds.ts';
import { showValue } from './show-value.ts';
import type { Surroundings } from './surroundings.ts';

/** Without a group a backend is bounded only by what a single process should ever ask of one. */
const UNGROUPED_CONCURRENCY = 64;

export interface BackendPlace {
  readonly section: ConfigSection;
  readonly path: KeyPath;
  readonly name: string;
  readonly onlyForApp: string | undefined;
}

/** One backend, with contract 4.3's defaults. */
export function normaliseBackend(
  entry: BackendEntry,
  place: BackendPlace,
  types: readonly KnownType[],
  around: Surroundings,
): BackendConfig {
  const { section, path } = place;
  const type = findType(section, [...path, 'type'], entry.type, types);
  const baseUrl = normaliseBaseUrl(entry, place, type);
  const group = entry.sequence_group ?? undefined;
  const models = withRefiners(normaliseModels(entry.models), entry.refiners);
  const supports = normaliseSupports(entry.supports);
  checkResidency(entry, section, path, type);
  checkPictureKeys(entry, section, path, type);
  return {
    name: place.name,
    type: type?.name ?? entry.type,
    baseUrl,
    apiKey: normaliseKey(entry, place, type),
    headers: normaliseHeaders(entry, place),
    sequenceGroup: group,
    concurrency: normaliseConcurrency(entry, place, type),
    models,
    supports,
    autoModels: entry.auto_models ?? (models.size === 0 && supports === undefined),
    health: {
      path: entry.health?.path,
      intervalMs: entry.health?.interval_ms,
      timeoutMs: entry.health?.timeout_ms,
      model: entry.health?.model,
      modelIntervalMs: entry.health?.model_interval_ms,
    },
    weight: entry.weight,
    priority: entry.priority ?? 0,
    timeouts: normaliseTimeouts(entry),
    tls: normaliseTls(entry, place, around),
    cost: normaliseCost(entry.cost),
    quirks: normaliseQuirks(entry, place, type),
    residency: normaliseResidency(entry),
    responsesShim: normaliseShim(entry.responses_shim),
    pictures: normalisePictures({ ...entry, sizes: entry.size_map, smallSizes: entry.small_sizes }),
    onlyForApp: place.onlyForApp,
  };
}

/** Who cannot take a job back that waits in it is given one at a time, whatever else is in its group. */
function normaliseConcurrency(
  entry: BackendEntry,
  { section, path }: BackendPlace,
  type: KnownType | undefined,
): number {
  const usual = (entry.sequence_group ?? undefined) === undefined ? UNGROUPED_CONCURRENCY : 1;
  const most = type?.atOnceMax ?? Number.POSITIVE_INFINITY;
  if (type !== undefined && (entry.concurrency ?? 0) > most) {
    section.error(
      [...path, 'concurrency'],
      `is more than type ${type.name} can be given at once; write ${most}, or leave it out`,
    );
  }
  return Math.min(entry.concurrency ?? usual, most);
}

function normaliseBaseUrl(
  entry: BackendEntry,
  { section, path }: BackendPlace,
  type: KnownType | undefined,
): string | undefined {
  const url = entry.base_url ?? entry.metadata?.server_url;
  if (url !== undefined) return checkBaseUrl(section, [...path, 'base_url'], url);
  if (type !== undefined && type.baseUrl === undefined && type.inHouse === undefined) {
    section.error(
      [...path, 'base_url'],
      `is missing: a backend of type ${type.name} may be anywhere; write for example "http://127.0.0.1:8000/v1"`,
    );
  }
  return undefined;
}

/** A dialect its type does not speak would leave it with fewer than the operator believes, or with none. */
function normaliseQuirks(
  entry: BackendEntry,
  { section, path }: BackendPlace,
  type: KnownType | undefined,
): BackendConfig['quirks'] {
  const spoken = new Set(type?.surfaces.map(({ dialect }) => dialect));
  for (const [at, dialect] of (entry.quirks?.dialects ?? []).entries()) {
    if (type === undefined || spoken.has(dialect)) continue;
    section.error(
      [...path, 'quirks', 'dialects', at],
      `${showValue(dialect)} is no dialect of type ${type.name}; it speaks ${[...spoken].join(', ') || 'none'}`,
    );
  }
  return entry.quirks ?? {};
}

/** A key is demanded only for the provider's own address: whoever names another may need none there. */
function normaliseKey(
  entry: BackendEntry,
  { section, path }: BackendPlace,
  type: KnownType | undefined,
): Secret | undefined {
  const key = entry.api_key ?? undefined;
  if (key !== undefined) {
    if (/[^\x20-\x7e]/.test(key) || key.trim() !== key) {
      section.error(
        [...path, 'api_key'],
        'has line ends, spaces around it or characters that cannot be sent in a header; check how it was pasted',
      );
    }
    return new Secret(key);
  }
  const hasOwnAddress = (entry.base_url ?? entry.metadata?.server_url) !== undefined;
  const hasHeaders = Object.keys(entry.headers ?? {}).length > 0;
  if (type?.needsKey && !hasOwnAddress && !hasHeaders && !isRaw(section, path, 'api_key')) {
    section.error(
      [...path, 'api_key'],
      `is missing: ${type.name} answers nobody without a key; write for example "\${${variableName(type.name)}}"`,
    );
  }
  return undefined;
}

/** Was the key written, but in a way that has been complained of already? */
function isRaw(section: ConfigSection, path: KeyPath, key: string): boolean {
  let value: unknown = section.raw;
  for (const step of section.asWritten([...path, key])) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value !== null && value !== undefined;
}

const variableName = (type: string): string => `${type.replaceAll('-', '_').toUpperCase()}_API_KEY`;

function normaliseHeaders(entry: BackendEntry, { section, path }: BackendPlace): ReadonlyMap<string, Secret> {
  const headers = new Map<string, Secret>();
  const version = entry.metadata?.anthropic_version;
  if (version !== undefined) {
    checkHeaders(section, [...path, 'metadata'], { anthropic_version: version });
    headers.set('anthropic-version', new Secret(version));
  }
  checkHeaders(section, [...path, 'headers'], entry.headers ?? {});
  for (const [name, value] of Object.entries(entry.headers ?? {}))
    headers.set(name.toLowerCase(), new Secret(value));
  return headers;
}

function normaliseTimeouts(entry: BackendEntry): BackendConfig['timeouts'] {
  const { connect_s, first_byte_s, idle_s, read_s } = entry.timeouts ?? {};
  const totalS = read_s ?? entry.request_timeout_s ?? undefined;
  return {
    ...(connect_s === undefined ? {} : { connectMs: toMs(connect_s) }),
    ...(first_byte_s === undefined ? {} : { firstByteMs: toMs(first_byte_s) }),
    ...(idle_s === undefined ? {} : { idleMs: toMs(idle_s) }),
    ...(totalS === undefined ? {} : { totalMs: toMs(totalS) }),
  };
}

function normaliseTls(
  entry: BackendEntry,
  { section, path }: BackendPlace,
  around: Surroundings,
): BackendConfig['tls'] {
  const file = entry.tls?.ca_file ?? undefined;
  const caFile = file === undefined ? undefined : expandPath(file, around.env, around.directory);
  if (caFile !== undefined) checkReadable(section, [...path, 'tls', 'ca_file'], caFile);
  return { caFile, insecure: entry.tls?.insecure ?? false };
}
