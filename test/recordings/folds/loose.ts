/** Ways into JSON of which nothing is known: a wrong turn is `undefined`, never an exception. */
type Step = string | number;

export function at(value: unknown, ...path: readonly Step[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<Step, unknown>)[step];
  }
  return here;
}

export function textAt(value: unknown, ...path: readonly Step[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

export function numberAt(value: unknown, ...path: readonly Step[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function listAt(value: unknown, ...path: readonly Step[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The words of an error body in any of the usual forms; undefined = it is none. */
export function errorAt(value: unknown): string | undefined {
  const error = at(value, 'error');
  if (!error) return undefined;
  return textAt(error, 'message') || (typeof error === 'string' ? error : 'an error');
}
