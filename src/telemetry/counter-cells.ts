import { Counter, type Registry } from 'prom-client';

/** One number of one counter. Adding to it is an addition and nothing else. */
export interface Cell {
  value: number;
}

/**
 * A counter whose series are cells. prom-client finds a series by sorting and joining its labels at every
 * increment; here that happens once per label tuple, and again when somebody reads the metrics.
 */
export class CounterCells {
  readonly #labels: readonly string[];
  readonly #cells = new Map<string, { readonly values: readonly string[]; readonly cell: Cell }>();
  /** What one unit of a cell is worth in the metric: money is added up in whole micro-units. */
  readonly #scale: number;

  constructor(registry: Registry, name: string, help: string, labels: readonly string[] = [], scale = 1) {
    this.#labels = labels;
    this.#scale = scale;
    const fill = (counter: Counter) => this.#fill(counter);
    new Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        fill(this);
      },
    });
    // A counter without labels is there from the start, at 0.
    if (labels.length === 0) this.at();
  }

  /** The cell for these label values, in the order of the labels. Keep it; it stays the same. */
  at(...values: string[]): Cell {
    const key = values.join('\n');
    const known = this.#cells.get(key);
    if (known !== undefined) return known.cell;
    const cell = { value: 0 };
    this.#cells.set(key, { values, cell });
    return cell;
  }

  #fill(counter: Counter): void {
    counter.reset();
    for (const { values, cell } of this.#cells.values()) {
      const labels = Object.fromEntries(this.#labels.map((label, index) => [label, values[index] ?? '']));
      counter.inc(labels, cell.value * this.#scale);
    }
  }
}
