import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Complaint } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { KnownType } from './known-types.ts';
import { type LoadedConfig, type LoadRequest, loadConfig } from './load.ts';

/** For tests: a directory with configuration files that is loaded and thrown away. */
export class ScratchConfig {
  readonly directory = mkdtempSync(join(tmpdir(), 'sluice-config-'));

  /** Writes a file, private like the real ones; anything but text becomes JSON. */
  write(name: string, content: unknown): this {
    const file = join(this.directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2), {
      mode: 0o600,
    });
    return this;
  }

  load(request: Partial<LoadRequest> = {}): LoadedConfig {
    return loadConfig({ configPath: this.directory, env: {}, knownTypes: scratchTypes, ...request });
  }

  /** The complaints of a configuration that must be refused. */
  complaints(request: Partial<LoadRequest> = {}): Complaint[] {
    try {
      this.load(request);
    } catch (error) {
      if (error instanceof ConfigError) return error.complaints;
      throw error;
    }
    return [];
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const type = (name: string, more: Partial<KnownType> = {}): KnownType => ({
  name,
  aliases: [],
  needsKey: false,
  surfaces: [{ dialect: 'spoken' }],
  ...more,
});

/** Enough kinds of provider for every rule. */
export const scratchTypes: readonly KnownType[] = [
  type('cloud', { aliases: ['heaven'], needsKey: true, baseUrl: 'https://cloud.test/v1' }),
  type('local', { aliases: ['here'] }),
  type('mirror', { inHouse: {} }),
];
