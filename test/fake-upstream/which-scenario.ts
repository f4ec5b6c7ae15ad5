/** Decides which scenario a request is answered in, and remembers what the scenarios with a memory need. */
import { readScenario, Scenario, scenarioOfModel } from './scenario.ts';

export interface ScenarioQuestion {
  readonly method: string;
  readonly model: string;
  readonly header: string;
}

export class WhichScenario {
  #default: Scenario;
  readonly #queued: Scenario[] = [];
  readonly #timesSeen = new Map<string, number>();
  readonly #firstSeenAt = new Map<string, number>();

  constructor(text = '') {
    this.#default = readScenario(text);
  }

  setDefault(text: string): void {
    this.#default = readScenario(text);
  }

  /** For the next requests that are work, one each. */
  queue(...texts: readonly string[]): void {
    this.#queued.push(...texts.map(readScenario));
  }

  /** What is known before the body is read. */
  beforeBody(header: string): Scenario {
    return this.#default.under(readScenario(header));
  }

  decide({ method, model, header }: ScenarioQuestion): Scenario {
    const asked = this.#fallback(method).under(readScenario(header)).under(scenarioOfModel(model));
    return this.#afterLoading(model, this.#whileTimesLast(model, asked));
  }

  #fallback(method: string): Scenario {
    if (method === 'POST') return this.#default.under(this.#queued.shift() ?? new Scenario());
    return this.#default.has('everywhere') || this.#default.has('loading') ? this.#default : new Scenario();
  }

  #whileTimesLast(model: string, scenario: Scenario): Scenario {
    const times = scenario.number('times');
    if (times === undefined) return scenario;
    const key = `${model} ${scenario}`;
    const seen = (this.#timesSeen.get(key) ?? 0) + 1;
    this.#timesSeen.set(key, seen);
    return seen > times ? scenario.only('words', 'slow', 'load') : scenario;
  }

  #afterLoading(model: string, scenario: Scenario): Scenario {
    const forMs = scenario.number('loading');
    if (!forMs) return scenario;
    const first = this.#firstSeenAt.get(model) ?? performance.now();
    this.#firstSeenAt.set(model, first);
    return performance.now() - first < forMs ? scenario : scenario.without('loading');
  }
}
