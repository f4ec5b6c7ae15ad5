import { ComplaintBook } from './complaint-book.ts';
import type { AppConfig, BackendConfig, Complaint, Config } from './config.ts';
import { ConfigSection } from './config-section.ts';
import { deepFreeze } from './deep-freeze.ts';
import { checkKeptAppShape } from './kept-app-shape.ts';
import { dotted } from './key-path.ts';
import type { KnownType } from './known-types.ts';
import { checkGroup, checkName, inlineBackend } from './named-backends.ts';
import { type AppWithEntry, normaliseApps } from './normalise-apps.ts';
import { normaliseBackend } from './normalise-backend.ts';
import type { AppEntry } from './schema/apps-schema.ts';
import type { SourceDocument } from './source-document.ts';
import type { Surroundings } from './surroundings.ts';
import { TakenByApps } from './taken-by-apps.ts';

/** An app that was not read from a file, in the spelling of one; its secrets as they are. */
export interface KeptEntry {
  readonly appId: string;
  readonly entry: unknown;
  /** When it was made, wall time. */
  readonly madeAtMs?: number | undefined;
  /** What is known to be wrong with it already. */
  readonly fault?: string | undefined;
}

/** What an app is checked against besides the configuration. */
export interface KeptAppRules extends Surroundings {
  readonly types: readonly KnownType[];
}

export interface WithKeptApps {
  readonly config: Config;
  /** By app; one with an error among its complaints is not in force. */
  readonly complaints: ReadonlyMap<string, readonly Complaint[]>;
}

/**
 * The configuration of the files with the apps of the database. The files come first: an app or a key that they have by
 * now is theirs. An app that cannot be in force stands there as one that is switched off, so that its callers hear that
 * instead of being strangers, and it never makes a gateway one without keys.
 */
export function withKeptApps(files: Config, kept: readonly KeptEntry[], rules: KeptAppRules): WithKeptApps {
  if (kept.length === 0) return { config: files, complaints: new Map() };
  const complaints = new Map<string, readonly Complaint[]>();
  const apps = [...files.apps];
  const own: BackendConfig[] = [];
  const taken = new TakenByApps(files.apps);
  for (const entry of kept) {
    const read = readKeptApp(files, entry, rules, taken);
    if (read.complaints.length > 0) complaints.set(entry.appId, read.complaints);
    if (read.backend !== undefined) own.push(read.backend);
    if (read.app === undefined) continue;
    apps.push(read.app);
    taken.add(read.app);
  }
  const backends = { ...files.backends, list: [...files.backends.list, ...own] };
  return { config: deepFreeze({ ...files, apps, backends, isKeyDemanded: true }), complaints };
}

interface ReadApp {
  readonly app: AppConfig | undefined;
  readonly backend: BackendConfig | undefined;
  readonly complaints: readonly Complaint[];
}

/** `config`: what is in force besides it. Its complaints have `database` for a file, and no line. */
export function readKeptApp(
  config: Config,
  kept: KeptEntry,
  rules: KeptAppRules,
  taken = new TakenByApps(config.apps),
): ReadApp {
  const reading = new Reading(config, taken, kept, rules);
  const { app, backend } = reading.read();
  const complaints = reading.complaints();
  const isGood = complaints.every(({ severity }) => severity !== 'error');
  return isGood ? { app, backend, complaints } : { app: reading.standIn(), backend: undefined, complaints };
}

class Reading {
  readonly #config: Config;
  readonly #taken: TakenByApps;
  readonly #kept: KeptEntry;
  readonly #rules: KeptAppRules;
  readonly #book = new ComplaintBook();
  readonly #section: ConfigSection;
  readonly #entry: AppEntry;

  constructor(config: Config, taken: TakenByApps, kept: KeptEntry, rules: KeptAppRules) {
    this.#config = config;
    this.#taken = taken;
    this.#kept = kept;
    this.#rules = rules;
    const { value, findings, secrets } = checkKeptAppShape(kept.entry);
    this.#entry = { ...value, app_id: kept.appId };
    this.#section = sectionOf(kept, [this.#entry], this.#book);
    for (const { text } of secrets) this.#book.keepSecret(text);
    for (const { severity, path, message } of findings) {
      const at = ['apps', 0, ...path];
      if (severity === 'error') this.#section.error(at, message);
      else this.#section.warn(at, message);
    }
    if (kept.fault !== undefined) this.#section.error(['apps', 0], kept.fault);
  }

  read(): Pick<ReadApp, 'app' | 'backend'> {
    const [app] = normaliseApps(this.#section, this.#config.daemon, this.#rules);
    if (app === undefined) return { app: undefined, backend: undefined };
    this.#checkId();
    const config = { ...app.config, madeAtMs: this.#kept.madeAtMs };
    return { app: this.#withOwnKeys(config), backend: this.#readBackend(app) };
  }

  complaints(): readonly Complaint[] {
    return [...this.#book.all('error'), ...this.#book.all('warning')];
  }

  /** The app, switched off; none where the files have one of this name. */
  standIn(): AppConfig | undefined {
    if (this.#taken.hasApp(this.#kept.appId)) return undefined;
    const { app_id, api_keys = [] } = this.#entry;
    const section = sectionOf(this.#kept, [{ app_id, api_keys, active: false }], new ComplaintBook());
    const [app] = normaliseApps(section, this.#config.daemon, this.#rules);
    return app === undefined ? undefined : this.#withOwnKeys(app.config);
  }

  #checkId(): void {
    if (!this.#taken.hasApp(this.#kept.appId)) return;
    const message =
      'is also the app_id of an app in the configuration files, which counts; delete or rename one of them';
    this.#section.error(['apps', 0, 'app_id'], message);
  }

  /** A key that opens another app by now opens that one. */
  #withOwnKeys(app: AppConfig): AppConfig {
    const isOwn = (hash: string) => (this.#taken.ownerOf(hash) ?? app.appId) === app.appId;
    app.keys.forEach((key, at) => {
      if (isOwn(key.hash)) return;
      this.#section.warn(
        ['apps', 0, 'api_keys', at],
        'is also a key of another app, which it opens; delete it here and make another',
      );
    });
    return { ...app, keys: app.keys.filter(({ hash }) => isOwn(hash)) };
  }

  #readBackend(app: AppWithEntry): BackendConfig | undefined {
    const { backends } = this.#config;
    const section = this.#section;
    if (typeof app.entry.backend === 'string') {
      const shared = backends.list.filter(({ onlyForApp }) => onlyForApp === undefined);
      const known = shared.map(({ name }) => name);
      checkName(section, ['apps', 0, 'backend'], app.entry.backend, known);
    }
    const [own] = inlineBackend(section, app);
    if (own === undefined) return undefined;
    checkGroup(own.place, own.entry.sequence_group ?? undefined, [...backends.groups.keys()]);
    return normaliseBackend(own.entry, own.place, this.#rules.types, this.#rules);
  }
}

function sectionOf({ appId }: KeptEntry, apps: readonly AppEntry[], book: ComplaintBook): ConfigSection {
  const value = { apps };
  const document: SourceDocument = {
    file: 'database',
    value,
    faults: [],
    placeOf: () => undefined,
    nameOf: (path) => dotted([appId, ...path.slice(2)]),
  };
  const section = new ConfigSection('apps', document, [], book);
  section.value = value;
  section.raw = value;
  return section;
}
