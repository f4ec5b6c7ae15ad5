/** What is wrong with a server, by what it says of itself. */
export interface ServerFaults {
  /** It cannot be used now; `isForGood`: nor ever. */
  readonly unfit?: { readonly why: string; readonly isForGood: boolean };
  /** It can be used, and may not keep what it is given. */
  readonly risk?: string;
}

/** Pure. `info`: the answer to `INFO`. What is not said there (a proxy may say nothing) is taken for good. */
export function judgeServer(info: string): ServerFaults {
  const said = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  if (said('cluster_enabled') === '1') return { unfit: { why: cluster, isForGood: true } };
  if (said('role') === 'slave' && said('slave_read_only') !== '0')
    return { unfit: { why: readOnly, isForGood: false } };
  const policy = said('maxmemory_policy') ?? 'noeviction';
  const isBounded = (said('maxmemory') ?? '0') !== '0';
  return isBounded && policy !== 'noeviction' ? { risk: evicting(policy) } : {};
}

const cluster =
  'it is a node of a Redis Cluster, which would keep a part of what is counted elsewhere; name a server that stands alone, or the Sentinels of one (redis.sentinels)';

const readOnly =
  'it is a replica that only reads; name the primary, or the Sentinels that know it (redis.sentinels)';

const evicting = (policy: string) =>
  `when it is full it forgets what was counted (maxmemory-policy ${policy}), and limits begin anew; set maxmemory-policy to noeviction`;
