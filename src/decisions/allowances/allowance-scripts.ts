import { scriptOf } from '../../storage/redis/shared-store.ts';

/**
 * What replicas do about the allowances of one app, in one step each, by the store's own clock. All keys of an app hold
 * the same part in braces, and all begin with the same words, which the scripts are given as `base`:
 *
 * - `pots`, a hash each: how much of an allowance is `used`, and how much `held` for requests under way.
 * - `holds`, a hash: for each request under way, whose it is and what is held for it. Of one whose replica has died the
 *   worst is assumed, and what was held is used, or given back where it is in no period; should that replica live after
 *   all, it is put right when the request is over (`!` stands before those).
 * - `alive`, sorted: until when each replica is believed to live.
 */
const head = `
local base, me, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
local alive, holds = base .. 'alive', base .. 'holds'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function fold(id, value)
  for _, part in ipairs(cjson.decode(value)) do
    local pot, amount, is_windowed = base .. part[1], part[2], part[3]
    redis.call('HINCRBY', pot, 'held', -amount)
    if is_windowed then redis.call('HINCRBY', pot, 'used', amount) end
  end
  redis.call('HSET', holds, id, '!' .. value)
end

local function forget_dead()
  local dead = redis.call('ZRANGEBYSCORE', alive, '-inf', now)
  if #dead == 0 then return end
  local is_dead = {}
  for _, who in ipairs(dead) do is_dead[who] = true end
  local all = redis.call('HGETALL', holds)
  for i = 1, #all, 2 do
    local who = string.match(all[i], '^(.*)/')
    if is_dead[who] and string.sub(all[i + 1], 1, 1) ~= '!' then fold(all[i], all[i + 1]) end
  end
  redis.call('ZREM', alive, unpack(dead))
end

-- It is over. Without "had" nothing was. False: nothing is known of it.
local function settle(id, had)
  local value = redis.call('HGET', holds, id)
  if not value then return false end
  local is_folded = string.sub(value, 1, 1) == '!'
  if is_folded then value = string.sub(value, 2) end
  for i, part in ipairs(cjson.decode(value)) do
    local pot, amount, used = base .. part[1], part[2], had and had[i] or 0
    if redis.call('EXISTS', pot) == 1 then
      if not is_folded then redis.call('HINCRBY', pot, 'held', -amount) end
      if part[3] and is_folded then redis.call('HINCRBY', pot, 'used', used - amount) end
      if part[3] and not is_folded then redis.call('HINCRBY', pot, 'used', used) end
    end
  end
  redis.call('HDEL', holds, id)
  return true
end

local function live()
  redis.call('ZADD', alive, now + ttl, me)
  redis.call('PEXPIRE', alive, 172800000)
  redis.call('PEXPIRE', holds, 172800000)
end
`;

/**
 * ARGV[4..]: id of the hold; id of another that is given back first, unused, whether this one fits or not ('' = none); the
 * most and the least that may be written; then for each claim: name of its pot, limit, amount, amount per token, 1 if it
 * is in shadow, what was used before ('' = not known), when the pot is forgotten ('' = never; then it is in no period).
 * KEYS: the pots. The rule is that of `fit-in.ts`.
 *
 * Answers {1, tokens that may be written, used and held of each claim, this request's own included..., numbers of claims
 * overdrawn in shadow...}, {0, number of the claim that does not fit, used, held}, or {2} if it must be told what was used
 * before.
 */
export const holdScript = scriptOf(`${head}
local id, most, least = ARGV[4], tonumber(ARGV[6]), tonumber(ARGV[7])
local claims = {}
for i = 1, #KEYS do
  local at = 7 + (i - 1) * 7
  claims[i] = {
    pot = KEYS[i], name = ARGV[at + 1], limit = tonumber(ARGV[at + 2]), amount = tonumber(ARGV[at + 3]),
    per = tonumber(ARGV[at + 4]), is_shadow = ARGV[at + 5] == '1', before = ARGV[at + 6], ends = ARGV[at + 7]
  }
end
forget_dead()
if ARGV[5] ~= '' then settle(ARGV[5]) end
for _, claim in ipairs(claims) do
  local known = redis.call('HMGET', claim.pot, 'used', 'held')
  if not known[1] then
    if claim.before == '' then return {2} end
    redis.call('HSET', claim.pot, 'used', claim.before)
    -- Clocks differ, and one that went back may still ask for what has ended.
    if claim.ends ~= '' then
      redis.call('PEXPIREAT', claim.pot, string.format('%.0f', math.max(tonumber(claim.ends), now + 86400000)))
    end
  end
  claim.used = tonumber(known[1] or claim.before)
  claim.held = tonumber(known[2] or 0)
end

local function held_by(claim, output)
  return math.ceil(tonumber(string.format('%.6f', claim.amount + claim.per * output)))
end

local output = most
for i, claim in ipairs(claims) do
  if not claim.is_shadow then
    local left = claim.limit - claim.used - claim.held - claim.amount
    local mine = most
    if left < 0 then mine = -1 elseif claim.per > 0 then mine = math.floor(left / claim.per) end
    if mine < least then return {0, i, claim.used, claim.held} end
    output = math.min(output, mine)
  end
end

local answer, parts, overdrawn = {1, output}, {}, {}
for i, claim in ipairs(claims) do
  local amount = held_by(claim, output)
  if claim.is_shadow and claim.used + claim.held + amount > claim.limit then table.insert(overdrawn, i) end
  table.insert(answer, claim.used)
  table.insert(answer, redis.call('HINCRBY', claim.pot, 'held', amount))
  parts[i] = {claim.name, amount, claim.ends ~= ''}
end
for _, i in ipairs(overdrawn) do table.insert(answer, i) end
redis.call('HSET', holds, id, cjson.encode(parts))
live()
return answer
`);

/**
 * ARGV[4]: id of the hold; ARGV[5]: 1 if it is not sure that anything was held; then for each pot: its name, what was
 * had of it ('' = it is in no period). Of what nobody knows any more, because the store has lost it, what was had is
 * added to pots that are there: they may have been read from the ledger before this request was over.
 */
export const settleScript = scriptOf(`${head}
local id, is_unsure = ARGV[4], ARGV[5] == '1'
local had = {}
for i = 7, #ARGV, 2 do had[#had + 1] = tonumber(ARGV[i]) or 0 end
if settle(id, had) then return 1 end
if is_unsure then return 0 end
for i = 6, #ARGV, 2 do
  local pot = base .. ARGV[i]
  if ARGV[i + 1] ~= '' and redis.call('EXISTS', pot) == 1 then redis.call('HINCRBY', pot, 'used', ARGV[i + 1]) end
end
return 0
`);

/** This replica lives; others that do not are found out. */
export const beatScript = scriptOf(`${head}
forget_dead()
live()
return 1
`);
