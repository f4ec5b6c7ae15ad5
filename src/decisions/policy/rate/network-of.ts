/**
 * What of an address tells one caller from another. Whoever has IPv6 has at least a /64 of it, and could be
 * somebody else with every request; so the first half counts.
 */
export function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [left = '', right = ''] = address.toLowerCase().split('::');
  const head = groupsOf(left);
  const gap = 8 - head.length - groupsOf(right).length;
  const all = [...head, ...Array<string>(Math.max(0, gap)).fill('0'), ...groupsOf(right)];
  return `${all.slice(0, 4).join(':')}::/64`;
}

/** Without leading zeros; a zone (`%eth0`) stands in the half that does not count. */
function groupsOf(half: string): string[] {
  return half === '' ? [] : half.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
}
