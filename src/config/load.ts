import { checkExposure } from './check-exposure.ts';
import { ComplaintBook } from './complaint-book.ts';
import type { Complaint, Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type Environment, processEnvironment } from './environment.ts';
import { applyOverrides, type Flags } from './environment-overrides.ts';
import { startsFromEnvironment } from './environment-start.ts';
import { type FoundFiles, findFiles, hasFiles } from './find-files.ts';
import type { KnownType } from './known-types.ts';
import { normaliseApps } from './normalise-apps.ts';
import { checkBackendNames, normaliseBackends } from './normalise-backends.ts';
import { normaliseDaemon } from './normalise-daemon.ts';
import { collectOrigins } from './origins.ts';
import { readEnvironmentSections, readSections, type Sections } from './read-sections.ts';

/**
 * Files, environment and flags → one frozen `Config`, or every complaint there is. It refuses to know what is done
 * with any of it: no provider, no socket, no database is touched, so a bad configuration cannot do harm.
 */
export interface LoadRequest {
  /** A directory or a file; without one, `SLUICE_CONFIG_DIR` and the XDG rules decide. */
  readonly configPath?: string | undefined;
  readonly env?: Environment | undefined;
  readonly flags?: Flags | undefined;
  /** What may stand in `type`; the providers of the catalogue fit. */
  readonly knownTypes: readonly KnownType[];
}

export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly Complaint[];
  /** Where PID file and admin socket belong; need not exist after a start from the environment. */
  readonly directory: string;
  /** The files that were read, for watching; empty after a start from the environment. */
  readonly files: readonly string[];
  /** Dotted key → `apps.json:12`, `environment API_PORT` or `flag --port`; any other key has its default. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Throws `ConfigError` with all complaints; never anything else on account of what files or variables say. */
export function loadConfig(request: LoadRequest): LoadedConfig {
  const env = request.env ?? processEnvironment();
  const book = new ComplaintBook();
  const found = findFiles(request.configPath, env, book);
  const sources = { env, directory: found.directory };
  const isFromEnvironment = !hasFiles(found) && startsFromEnvironment(env);
  const sections = isFromEnvironment
    ? readEnvironmentSections(sources, book)
    : readSections(found, sources, book);
  applyOverrides(sections.daemon, env, request.flags ?? {}, book);
  const config = normalise(sections, request.knownTypes, sources);
  const errors = book.all('error');
  if (errors.length > 0) throw new ConfigError(errors);
  return {
    config: deepFreeze(config),
    warnings: book.all('warning'),
    directory: found.directory,
    files: filesOf(found),
    get origins() {
      return collectOrigins(sections);
    },
  };
}

function normalise(
  sections: Sections,
  types: readonly KnownType[],
  around: { env: Environment; directory: string },
): Config {
  const daemon = normaliseDaemon(sections.daemon, around);
  const apps = normaliseApps(sections.apps, daemon, around);
  const backends = normaliseBackends(sections, apps, types, around);
  checkBackendNames(sections, daemon.defaultBackend, apps);
  const config = { daemon, apps: apps.map((app) => app.config), backends, isKeyDemanded: false };
  checkExposure(sections, config);
  return config;
}

function filesOf(found: FoundFiles): string[] {
  if (found.single !== undefined) return [found.single];
  return Object.values(found.sections);
}

/** Is there any configuration file where `loadConfig` would look? */
export function configFilesExist(request: Pick<LoadRequest, 'configPath' | 'env'>): boolean {
  return hasFiles(findFiles(request.configPath, request.env ?? processEnvironment(), new ComplaintBook()));
}

/** Neither files nor a start from the environment: time to write the first configuration. */
export function isFirstRun(request: Pick<LoadRequest, 'configPath' | 'env'>): boolean {
  return !configFilesExist(request) && !startsFromEnvironment(request.env ?? processEnvironment());
}
