import type { BackendConfig, MemoryCommands } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import type { KnownType } from './known-types.ts';
import type { BackendEntry } from './schema/backends-schema.ts';
import type { CommandsEntry } from './schema/residency-schema.ts';
import { toMs } from './seconds.ts';

const COMMAND_WITHIN_S = 30;
const LOAD_WITHIN_S = 300;
const SETTLE_MS = 5_000;

/** `residency` and `commands` of a backend with their defaults. */
export function normaliseResidency({ residency, commands }: BackendEntry): BackendConfig['residency'] {
  return {
    foreign: residency?.foreign ?? 'warn',
    settleMs: residency?.settle_ms ?? SETTLE_MS,
    loadMaxMs: toMs(residency?.load_timeout_s ?? LOAD_WITHIN_S),
    sleepLevel: residency?.sleep_level === 2 ? 2 : 1,
    commands: commandsOf(commands ?? {}),
  };
}

function commandsOf({ loaded, load, unload, busy, timeout_s }: CommandsEntry): MemoryCommands {
  return { loaded, load, unload, busy, withinMs: toMs(timeout_s ?? COMMAND_WITHIN_S) };
}

/** Says where what is written about memory has no effect: outside a group, or at a runtime that cannot. */
export function checkResidency(
  entry: BackendEntry,
  section: ConfigSection,
  path: KeyPath,
  type: KnownType | undefined,
): void {
  for (const key of ['residency', 'commands'] as const) {
    if (entry[key] !== undefined && (entry.sequence_group ?? undefined) === undefined)
      section.warn([...path, key], 'has no effect: memory is managed for the backends of a `sequence_group`');
  }
  if (type === undefined) return;
  if (entry.residency?.sleep_level !== undefined && type.driver?.sleeps !== true)
    section.warn([...path, 'residency', 'sleep_level'], `has no effect: type ${type.name} does not sleep`);
  checkLoadOptions(entry, section, path, type);
}

function checkLoadOptions(entry: BackendEntry, section: ConfigSection, path: KeyPath, type: KnownType): void {
  if (Array.isArray(entry.models) || entry.commands?.load !== undefined) return;
  for (const [name, model] of Object.entries(entry.models ?? {})) {
    if (
      typeof model === 'string' ||
      model?.load_options === undefined ||
      type.driver?.loadOptions !== undefined
    )
      continue;
    section.warn(
      [...path, 'models', name, 'load_options'],
      `have no effect: type ${type.name} loads models as it was started to; a command under \`commands.load\` gets them`,
    );
  }
}
