/** A request's URL as it was sent, cut at the first `?`; the query is '' if there is none. */
export function urlParts(url: string | undefined): { readonly path: string; readonly query: string } {
  const sent = url ?? '/';
  const mark = sent.indexOf('?');
  return mark < 0 ? { path: sent, query: '' } : { path: sent.slice(0, mark), query: sent.slice(mark + 1) };
}

/** A parameter of a query, decoded; undefined if it is absent, empty or does not decode. */
export function queryValue(query: string, name: string): string | undefined {
  if (query === '') return undefined;
  return new URLSearchParams(query).get(name) || undefined;
}
