/** Adds a header to a list of names and values in turn, unless there is one of its name, or nothing to add. */
export function addHeaderOnce(headers: string[], name: string, value: string | undefined): void {
  if (value === undefined) return;
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return;
  headers.push(name, value);
}

/** The same for a list of them, names and values in turn: what is there wins. */
export function addHeadersOnce(headers: string[], others: readonly string[]): void {
  for (let at = 0; at + 1 < others.length; at += 2)
    addHeaderOnce(headers, others[at] as string, others[at + 1]);
}
