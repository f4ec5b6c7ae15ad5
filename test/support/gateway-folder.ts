/**
 * A home for one gateway under test: its own configuration, HOME and XDG directories, on ports of its own. What a test
 * writes into its configuration wins over what is filled in here.
 */
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseYaml } from 'yaml';
import { freePorts } from './free-ports.ts';
import { tempFolder } from './temp-folder.ts';

type Section = Readonly<Record<string, unknown>>;

export interface GatewayConfig {
  readonly daemon?: Section;
  /** The apps, or the whole of `apps.json`. One without a key of its own gets one. */
  readonly apps?: readonly Section[] | Section;
  /** The backends, or the whole of `backends.json` (aliases, sequence_groups …). */
  readonly backends?: readonly Section[] | Section;
}

export interface GatewayFolder {
  readonly root: string;
  readonly configDir: string;
  readonly databaseFile: string;
  readonly port: number;
  readonly adminPort: number;
  readonly adminToken: string;
  /** The first plain key of the first app. */
  readonly key: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes all three files anew, with the same ports and token. */
  write(config: GatewayConfig): void;
}

export async function gatewayFolder(source: GatewayConfig | string): Promise<GatewayFolder> {
  const root = tempFolder('sluice-test-');
  const configDir = join(root, 'config');
  mkdirSync(configDir);
  const [port = 0, adminPort = 0] = await freePorts(2);
  const adminToken = randomBytes(16).toString('hex');
  const generatedKey = `sk-test-${randomBytes(12).toString('hex')}`;
  const stated = typeof source === 'string' ? takeOver(source, configDir) : source;
  const house = { port, adminPort, adminToken, generatedKey };
  const write = (config: GatewayConfig): void => writeSections(configDir, config, house);
  write(stated);
  return {
    root,
    configDir,
    databaseFile: join(root, 'state', 'sluice', 'sluice.db'),
    port,
    adminPort,
    adminToken,
    key: firstKey(stated) ?? generatedKey,
    env: environment(root),
    write,
  };
}

interface HouseFacts {
  readonly port: number;
  readonly adminPort: number;
  readonly adminToken: string;
  readonly generatedKey: string;
}

function writeSections(configDir: string, config: GatewayConfig, house: HouseFacts): void {
  const hash = createHash('sha256').update(house.adminToken).digest('hex');
  const defaults = {
    listen: { host_v4: '127.0.0.1', port: house.port },
    admin: { bind: [`127.0.0.1:${house.adminPort}`], token_hash: `sha256:${hash}` },
    // Most tests ask one backend for failures on purpose; those about breakers say so.
    circuit_breaker: { failure_threshold: 1_000_000 },
  };
  const apps = entriesOf(config.apps ?? [{ app_id: 'test' }], 'apps').map((app) => ({
    ...app,
    ...(app.api_keys || app.jwt ? {} : { api_keys: [house.generatedKey] }),
  }));
  writeJson(configDir, 'daemon', overlaid(defaults, config.daemon ?? {}));
  writeJson(configDir, 'apps', { ...wholeOf(config.apps), apps });
  writeJson(configDir, 'backends', {
    ...wholeOf(config.backends),
    backends: entriesOf(config.backends, 'backends'),
  });
}

function writeJson(configDir: string, name: string, section: Section): void {
  // Whole or not at all: a reload may be reading it at this moment.
  const file = join(configDir, `${name}.json`);
  writeFileSync(`${file}.new`, JSON.stringify(section, undefined, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Copies a ready configuration, so that ports can be changed in it without harm. */
function takeOver(directory: string, configDir: string): GatewayConfig {
  cpSync(directory, configDir, { recursive: true });
  const [daemon, apps, backends] = ['daemon', 'apps', 'backends'].map((name) => takeSection(configDir, name));
  // The stated listeners belong to someone else.
  const { listen: _, admin: __, ...rest } = daemon ?? {};
  return { daemon: rest, ...(apps ? { apps } : {}), ...(backends ? { backends } : {}) };
}

function takeSection(configDir: string, name: string): Section | undefined {
  for (const ending of ['json', 'yaml', 'yml']) {
    const file = join(configDir, `${name}.${ending}`);
    if (!existsSync(file)) continue;
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    return (ending === 'json' ? parseJsonc(text) : parseYaml(text)) as Section;
  }
  return undefined;
}

function firstKey(config: GatewayConfig): string | undefined {
  const [first] = entriesOf(config.apps, 'apps');
  const keys = Array.isArray(first?.api_keys) ? (first.api_keys as unknown[]) : [];
  return keys.find((key): key is string => typeof key === 'string' && !key.startsWith('sha256:'));
}

function entriesOf(section: GatewayConfig['apps'], name: string): readonly Section[] {
  if (isList(section)) return section;
  const entries = section?.[name];
  return Array.isArray(entries) ? (entries as Section[]) : [];
}

function wholeOf(section: GatewayConfig['apps']): Section {
  return section === undefined || isList(section) ? {} : section;
}

function isList(section: GatewayConfig['apps']): section is readonly Section[] {
  return Array.isArray(section);
}

/** Objects are merged, everything else is replaced. */
function overlaid(under: Section, over: Section): Section {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = under[key];
    return [key, isSection(below) && isSection(value) ? overlaid(below, value) : value] as const;
  });
  return { ...under, ...Object.fromEntries(merged) };
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function environment(root: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: root,
    XDG_CONFIG_HOME: join(root, 'xdg-config'),
    XDG_STATE_HOME: join(root, 'state'),
    XDG_CACHE_HOME: join(root, 'cache'),
    XDG_DATA_HOME: join(root, 'data'),
    XDG_RUNTIME_DIR: join(root, 'run'),
    // Whoever wants two gateways to meet gives them the same.
    SLUICE_LOCK_DIR: join(root, 'locks'),
    TZ: 'UTC',
    NO_COLOR: '1',
  };
}
