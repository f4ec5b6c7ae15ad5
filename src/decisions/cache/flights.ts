/**
 * Questions that are being asked at this moment, each once: whoever has the same one waits for the answer of the first.
 */
export class Flights {
  readonly #ends = new Map<string, Promise<void>>();

  /** Settles when the one who asks has an answer, or none; undefined: nobody asks this now. */
  of(key: string): Promise<void> | undefined {
    return this.#ends.get(key);
  }

  /** Somebody asks. What is given back is to be called once they are done, whatever came of it. */
  begin(key: string): () => void {
    const { promise, resolve } = openPromise();
    this.#ends.set(key, promise);
    return () => {
      this.#ends.delete(key);
      resolve();
    };
  }
}

function openPromise(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
