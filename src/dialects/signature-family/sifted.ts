/**
 * The list with every item as `clean` makes it, without those it makes nothing of. Where all stay as they are it is
 * the very same list: that is how the caller knows that there is nothing to edit, and nothing was allocated for it.
 */
export function sifted<Item>(
  items: readonly Item[],
  clean: (item: Item, at: number) => Item | undefined,
): readonly Item[] {
  let kept: Item[] | undefined;
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as Item;
    const cleaned = clean(item, at);
    if (cleaned !== item) kept ??= items.slice(0, at);
    if (kept !== undefined && cleaned !== undefined) kept.push(cleaned);
  }
  return kept ?? items;
}
