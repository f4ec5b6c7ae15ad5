import type { JsonObject } from '../model/json.ts';
import { type Operation, operations } from '../model/operation.ts';
import type { ModelConfig } from './config.ts';
import { normalisePictures } from './normalise-pictures.ts';
import type { BackendEntry } from './schema/backends-schema.ts';
import { toMs } from './seconds.ts';

/** Which models a backend has, and for which operations. */

export function normaliseModels(models: BackendEntry['models']): ReadonlyMap<string, ModelConfig> {
  const entries = Array.isArray(models)
    ? models.map((name) => [name, null] as const)
    : Object.entries(models ?? {});
  return new Map(entries.map(([name, written]) => [name, normaliseModel(written)]));
}

type ModelEntry = Exclude<NonNullable<BackendEntry['models']>, string[]>[string];

type ModelObject = Exclude<ModelEntry, string | null>;

function normaliseModel(written: ModelEntry): ModelConfig {
  const model: Partial<ModelObject> = typeof written === 'string' ? { base_model: written } : (written ?? {});
  return {
    concurrency: model.concurrency,
    vramMib: model.vram_mib,
    unloadAfterMs: model.unload_after_s === undefined ? undefined : toMs(model.unload_after_s),
    isWarm: model.warm ?? false,
    aliases: model.aliases ?? [],
    inputTokensMax: model.max_input_tokens,
    outputTokensMax: model.max_output_tokens,
    loadOptions: model.load_options as JsonObject | undefined,
    loadOptionsPolicy: model.load_options_policy ?? 'pin',
    pictures: normalisePictures({ ...model, base: model.base_model }),
  };
}

export function normaliseSupports(
  supports: BackendEntry['supports'],
): ReadonlyMap<Operation, readonly string[]> | undefined {
  if (supports === undefined || supports === null) return undefined;
  const map = new Map<Operation, readonly string[]>();
  for (const operation of operations) {
    const patterns = supports[operation];
    if (patterns === undefined) continue;
    const list = typeof patterns === 'string' ? [patterns] : patterns;
    map.set(
      operation,
      list.map((pattern) => (pattern === 'any' ? '*' : pattern)),
    );
  }
  return map;
}
