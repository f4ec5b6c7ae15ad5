import { Histogram, type MetricObjectWithValues, type MetricValueWithName, type Registry } from 'prom-client';

/**
 * A histogram without labels whose buckets are cells, for what is observed on every call. prom-client's own
 * `observe` looks its series up by joined labels each time; three of them cost a call more than its ledger row.
 * Reading is prom-client's again: this only answers what it asks for.
 */
export class BucketCells extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #upperBounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** @param upperBounds ascending, without infinity. */
  constructor(registry: Registry, name: string, help: string, upperBounds: readonly number[]) {
    super({ name, help, buckets: [...upperBounds], registers: [registry] });
    this.#name = name;
    this.#help = help;
    this.#upperBounds = upperBounds;
    this.#counts = Array.from({ length: upperBounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    this.#sum += value;
    let bucket = 0;
    while (bucket < this.#upperBounds.length && value > (this.#upperBounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    const bucketName = `${this.#name}_bucket`;
    let count = 0;
    const buckets = this.#counts.map((inBucket, at) => {
      count += inBucket;
      return { metricName: bucketName, labels: { le: this.#upperBounds[at] ?? '+Inf' }, value: count };
    });
    const totals = [
      { metricName: `${this.#name}_sum`, labels: {}, value: this.#sum },
      { metricName: `${this.#name}_count`, labels: {}, value: count },
    ];
    return {
      name: this.#name,
      help: this.#help,
      // prom-client's types call this an enum and its own code uses the word.
      type: 'histogram' as unknown as MetricObjectWithValues<MetricValueWithName<string>>['type'],
      aggregator: 'sum',
      values: [...buckets, ...totals],
      collect: () => undefined,
    };
  }

  /** What its registry calls where it is there; its own would look into series that are not used. */
  getForPromString(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    return this.get();
  }
}
