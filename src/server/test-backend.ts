import type { House } from '../pipeline/house.ts';
import { askOneToken } from '../upstream/ask-one-token.ts';
import type { Backend } from '../upstream/backend.ts';
import { asConnectionFailure } from '../upstream/connection-failure.ts';
import { discoverModels } from '../upstream/discover-models.ts';
import { modelsPathOf, probePathOf, statusOf } from '../upstream/look-up.ts';
import type { BackendTest, TestStep } from './admin/backends-api.ts';

const LOOK_UP_WITHIN_MS = 10_000;
/** A model may have to be loaded for it. */
const TOKEN_WITHIN_MS = 120_000;

/**
 * Tries a backend for whoever has just configured it: is it there, does it take our key, which models has it, and does it
 * write one token? Undefined: there is no such backend.
 */
export async function testBackend(
  house: House,
  name: string,
  model: string | undefined,
): Promise<BackendTest | undefined> {
  const backend = house.snapshot().backends.get(name);
  if (backend === undefined) return undefined;
  const trial = new Trial(house, backend, model);
  const steps = backend.origin === undefined ? [trial.answersHere()] : await trial.run();
  const isWell = steps.every(({ result }) => result !== 'failed');
  return { backend: name, type: backend.config.type, is_well: isWell, steps };
}

class Trial {
  readonly #house: House;
  readonly #backend: Backend;
  readonly #wanted: string | undefined;
  #models: readonly string[] = [];

  constructor(house: House, backend: Backend, wanted: string | undefined) {
    this.#house = house;
    this.#backend = backend;
    this.#wanted = wanted;
  }

  answersHere(): TestStep {
    return { step: 'reach', result: 'well', told: 'it answers within Sluice', took_ms: null };
  }

  /** One step after another, until one fails. */
  async run(): Promise<TestStep[]> {
    const steps: TestStep[] = [];
    for (const step of [() => this.#reach(), () => this.#list(), () => this.#write()]) {
      steps.push(...(await step()));
      if (steps.some(({ result }) => result === 'failed')) break;
    }
    return steps;
  }

  /** Its list of models, if it has one: what proves that it lives may be asked without a key. */
  async #reach(): Promise<TestStep[]> {
    const path = modelsPathOf(this.#backend) ?? probePathOf(this.#backend);
    const { origin } = this.#backend;
    if (path === undefined || origin === undefined)
      return [step('reach', 'skipped', 'its type has nothing that can be asked for free')];
    const { clock, connections } = this.#house;
    const startedMs = clock.monotonicMs();
    const tookMs = () => Math.round(clock.monotonicMs() - startedMs);
    try {
      const pool = connections.poolOf(this.#backend);
      return reached(path, await statusOf(this.#backend, origin, path, pool, LOOK_UP_WITHIN_MS), tookMs());
    } catch (thrown) {
      return [step('reach', 'failed', asConnectionFailure(thrown).message, tookMs())];
    }
  }

  async #list(): Promise<TestStep[]> {
    const pool = this.#house.connections.poolOf(this.#backend);
    const models = await discoverModels(this.#backend, pool);
    if (models === undefined) return [step('models', 'skipped', 'it does not list its models')];
    this.#models = models;
    return [step('models', 'well', `it has ${models.length}`)];
  }

  /** Waits for nobody: who is served there now must not be disturbed, nor a model be changed for a test. */
  async #write(): Promise<TestStep[]> {
    const { config, name, surfaces } = this.#backend;
    const model = this.#model();
    if (model === undefined) return [step('token', 'skipped', 'no model of it is known; name one')];
    if (!surfaces.some(({ dialect }) => dialect.kind === 'generation'))
      return [step('token', 'skipped', 'it does not write')];
    const lease = this.#house.arbiter.enterIfFree({
      ...{ requestId: 'test', appId: 'test', backend: name, model, group: config.sequenceGroup, priority: 0 },
    });
    if (lease === undefined)
      return [step('token', 'skipped', `it is at work, or "${model}" is not the model that is loaded`)];
    try {
      return [await this.#ask(model)];
    } finally {
      lease.release();
    }
  }

  async #ask(model: string): Promise<TestStep> {
    const { clock, connections } = this.#house;
    const startedMs = clock.monotonicMs();
    const trouble = await askOneToken(this.#backend, model, connections, TOKEN_WITHIN_MS);
    const tookMs = Math.round(clock.monotonicMs() - startedMs);
    if (trouble !== undefined) return step('token', 'failed', trouble, tookMs);
    return step('token', 'well', `"${model}" was asked for one`, tookMs);
  }

  #model(): string | undefined {
    const { config } = this.#backend;
    const [configured] = config.models.keys();
    return this.#wanted ?? config.health.model ?? configured ?? this.#models[0];
  }
}

function reached(path: string, status: number, tookMs: number): TestStep[] {
  const told = `${path} was answered with status ${status}`;
  if (status >= 500 && status !== 503) return [step('reach', 'failed', told, tookMs)];
  const isThere = step('reach', 'well', told, tookMs);
  if (status !== 401 && status !== 403) return [isThere];
  return [isThere, step('key', 'failed', 'it refuses our key; see api_key and headers of this backend')];
}

const step = (
  name: TestStep['step'],
  result: TestStep['result'],
  told: string,
  tookMs: number | null = null,
): TestStep => ({ step: name, result, told, took_ms: tookMs });
