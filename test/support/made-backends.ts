import { ScratchConfig } from '../../src/config/scratch-config.ts';
import { loadCatalog } from '../../src/providers/load-catalog.ts';
import { type Backend, makeBackend } from '../../src/upstream/backend.ts';

/** Backends as the house makes them, from entries as the configuration file has them; by name. */
export async function makeBackends(...entries: readonly object[]): Promise<Map<string, Backend>> {
  const catalog = await loadCatalog();
  const groups = new Set(
    entries.flatMap((entry) => ('sequence_group' in entry ? [entry.sequence_group as string] : [])),
  );
  const scratch = new ScratchConfig()
    .write('apps.json', { apps: [{ app_id: 'a', api_keys: ['sk-of-a-made-app'] }] })
    .write('backends.json', {
      sequence_groups: Object.fromEntries([...groups].map((name) => [name, {}])),
      backends: entries,
    });
  try {
    const { backends, daemon } = scratch.load({ knownTypes: catalog.all }).config;
    return new Map(
      backends.list.map((config) => {
        const provider = catalog.byType(config.type);
        if (provider === undefined) throw new Error(`no type ${config.type}`);
        return [config.name, makeBackend(config, provider, daemon.timeouts)];
      }),
    );
  } finally {
    scratch.remove();
  }
}
