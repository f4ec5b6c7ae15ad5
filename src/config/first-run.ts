import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './read-document.ts';
import { schemaAddress } from './schema-address.ts';

/** What the first run found and made. */
export interface FirstConfig {
  /** Local runtimes, best first. */
  readonly backends: readonly FirstBackend[];
  /** Hex of the SHA-256 of the key of app `demo`, with or without `sha256:`. */
  readonly appKeyHash: string;
  readonly adminTokenHash: string;
  /** Where to listen on loopback; 8080 and 8081 unless something else has them. */
  readonly port?: number | undefined;
  readonly adminPort?: number | undefined;
}

export interface FirstBackend {
  readonly type: string;
  readonly name: string;
  readonly baseUrl?: string | undefined;
  /** The product's own name, for the comment. */
  readonly title?: string | undefined;
}

/** Writes the three files of a first run, for their owner alone, and answers which. Never overwrites one. */
export function writeFirstConfig(directory: string, first: FirstConfig): string[] {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return [
    writeNew(join(directory, 'daemon.json'), daemonText(first)),
    writeNew(join(directory, 'backends.json'), backendsText(first)),
    writeNew(join(directory, 'apps.json'), appsText(first)),
  ];
}

/** Whole or not at all; `link` fails when the name is taken, which `rename` would not. */
function writeNew(file: string, text: string): string {
  const draft = `${file}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    publish(draft, file, text);
  } finally {
    rmSync(draft, { force: true });
  }
  return file;
}

/** Some file systems have no links; there, creating it exclusively is the next best. */
function publish(draft: string, file: string, text: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw error;
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  }
}

const withPrefix = (hash: string): string => (hash.startsWith('sha256:') ? hash : `sha256:${hash}`);

const text = (value: unknown): string => JSON.stringify(value);

const daemonText = ({
  adminTokenHash,
  port = 8080,
  adminPort = 8081,
}: FirstConfig) => `// How Sluice listens, logs and keeps its state. Comments and trailing commas are fine here.
// After a change: \`sluice check\`, then \`sluice reload\`.
{
  "$schema": ${text(schemaAddress('daemon'))},
  "listen": {
    // Only this machine. Others can reach 0.0.0.0, which needs apps with keys.
    "host_v4": "127.0.0.1",
    "port": ${port}
  },
  "admin": {
    // /admin, /stats and /metrics; [] turns them off.
    "bind": ["127.0.0.1:${adminPort}"],
    // The token itself was shown once. \`sluice token --hash\` makes another.
    "token_hash": ${text(withPrefix(adminTokenHash))}
  },
  "logging": {
    "level": "INFO",
    // "text" is easier to read for people
    "format": "json"
  },
  "reload": {
    "enable_sighup": true,
    // true: reload by itself when one of these files changes
    "watch": false
  }
}
`;

const backendsText = ({
  backends,
}: FirstConfig) => `// Who answers. For one model the first backend that has it is asked first.
{
  "$schema": ${text(schemaAddress('backends'))},
  // Other names for models: "gpt-4o": "llama3.1:8b"
  "aliases": {},
  // Backends that share a GPU take turns: name a group here and in each of them as "sequence_group".
  "sequence_groups": {
    // "gpu0": { "description": "the big card" }
  },
  "backends": [
${[...backends.map(backendText), echoText].join(',\n')}
    // A provider in the cloud; keep its key in the environment or in a file ("file:/path"):
    // , { "type": "openai", "name": "openai", "api_key": "\${OPENAI_API_KEY}" }
  ]
}
`;

/** Every runtime that was found shares this machine, but not always its GPU: no group is guessed. */
function backendText({ type, name, baseUrl, title }: FirstBackend): string {
  const comment = `    // ${(title ?? type).replaceAll(/\s+/g, ' ')}, found on this machine`;
  const address = baseUrl === undefined ? '' : `, "base_url": ${text(baseUrl)}`;
  return `${comment}\n    { "type": ${text(type)}, "name": ${text(name)}${address}, "auto_models": true }`;
}

const echoText = `    // Says back what it is told, so that everything can be tried without a model
    { "type": "echo", "name": "echo" }`;

const appsText = ({
  appKeyHash,
}: FirstConfig) => `// Who may call. One app per program: each has its own key, policy and budget.
{
  "$schema": ${text(schemaAddress('apps'))},
  "apps": [
    {
      "app_id": "demo",
      "name": "Demo",
      // Only hashes of keys are kept. \`sluice token --hash\` makes a key and its hash.
      "api_keys": [${text(withPrefix(appKeyHash))}],
      // Names and globs. Empty allow = every model.
      "policy": { "allow": [], "deny": [] }
      // A ceiling, in the currency of the prices:
      // , "cost_limit": { "period": "day", "limit": 10.0 }
    }
  ]
}
`;
