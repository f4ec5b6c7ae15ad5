import { systemClock } from '../../src/model/clock.ts';
import type { KeeperEvents, ModelKeeper as KeeperPort, Residency } from '../../src/model/model-keeper.ts';
import { Connections } from '../../src/upstream/connections.ts';
import { ModelKeeper } from '../../src/upstream/residency/model-keeper.ts';
import { makeBackends } from '../support/made-backends.ts';
import { waitFor } from '../support/wait-for.ts';

export interface Told {
  readonly what: 'loaded' | 'loadFailed' | 'unloaded' | 'unloadFailed';
  readonly key: string;
  readonly tookMs?: number;
  readonly why?: string;
}

/** A keeper over real connections, and all it says. It is asked through the referee's own port. */
export class KeptHouse implements KeeperEvents {
  readonly told: Told[] = [];
  readonly seen: [backend: string, models: readonly string[]][] = [];
  readonly log: string[] = [];
  readonly connections = new Connections({ httpProxy: undefined, httpsProxy: undefined, noProxy: undefined });
  readonly keeper: ModelKeeper;
  readonly port: KeeperPort;

  private constructor(
    backends: Awaited<ReturnType<typeof makeBackends>>,
    environment: Record<string, string>,
  ) {
    const note = (message: string, fields: object = {}) =>
      void this.log.push(`${message} ${Object.values(fields).join(' ')}`);
    const parts = { connections: this.connections, environment };
    this.keeper = new ModelKeeper(parts, systemClock, { info: note, warn: note });
    this.keeper.watch(backends.values());
    this.keeper.reportTo(this);
    this.port = this.keeper;
  }

  static async of(entries: readonly object[], environment: Record<string, string> = {}): Promise<KeptHouse> {
    return new KeptHouse(await makeBackends(...entries), environment);
  }

  async close(): Promise<void> {
    this.keeper.stop();
    await this.connections.destroy();
  }

  /** Has a model loaded, and answers what came of it. */
  load(backend: string, model: string): Promise<Told> {
    return this.#outcome(residencyOf(backend, model), (residency) => this.port.load(residency));
  }

  unload(backend: string, model: string): Promise<Told> {
    return this.#outcome(residencyOf(backend, model), (residency) => this.port.unload(residency));
  }

  async #outcome(residency: Residency, ask: (residency: Residency) => void): Promise<Told> {
    const from = this.told.length;
    ask(residency);
    // Never from inside the call.
    if (this.told.length > from) throw new Error('the keeper answered inside the call');
    return waitFor(`an outcome for ${residency.key}`, () =>
      this.told.slice(from).find(({ key }) => key === residency.key),
    );
  }

  loaded(key: string, tookMs: number): void {
    this.told.push({ what: 'loaded', key, tookMs });
  }

  loadFailed(key: string, why: string): void {
    this.told.push({ what: 'loadFailed', key, why });
  }

  unloaded(key: string): void {
    this.told.push({ what: 'unloaded', key });
  }

  unloadFailed(key: string, why: string): void {
    this.told.push({ what: 'unloadFailed', key, why });
  }

  residentsSeen(backend: string, models: readonly string[]): void {
    this.seen.push([backend, models]);
  }
}

export function residencyOf(backend: string, model: string): Residency {
  return { backend, model, loadOptions: '', key: `${backend}/${model}`, vramMib: undefined };
}
