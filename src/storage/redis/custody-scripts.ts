/**
 * What replicas agree upon about one card, in one step each, by Redis' own clock:
 *
 * - `custody`, a hash: who has the card, under which fencing number; gone when it was not renewed in time.
 * - `fence`, a counter: goes up each time the card changes hands.
 * - `wants`, sorted: replicas at which somebody waits, by when that one came, put back by what its priority is worth.
 * - `seen`, a hash: when each of those last said so; who is silent for too long waits no more.
 */
const head = `
local custody, fence, wants, seen = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local me, card, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function leave(who)
  redis.call('ZREM', wants, who)
  redis.call('HDEL', seen, who)
end

local function forget_silent()
  local all = redis.call('HGETALL', seen)
  for i = 1, #all, 2 do
    if now - tonumber(all[i + 1]) > ttl then leave(all[i]) end
  end
end

local function tell(what) redis.call('PUBLISH', 'sluice:cards', me .. ' ' .. what .. ' ' .. card) end

local function take(number)
  redis.call('HSET', custody, 'holder', me, 'fence', number)
  redis.call('PEXPIRE', custody, ttl)
end
`;

/**
 * ARGV[4]: seniority. Answers {1, fence}, {0, who has it, for how long yet} or {0, who is to have it first}.
 * Who was to have a free card and lets another go first says so, once: all others would wait for the next beat.
 */
export const claimScript = `${head}
local before = redis.call('ZRANGE', wants, 0, 0)[1]
redis.call('ZADD', wants, now - ARGV[4], me)
redis.call('HSET', seen, me, now)
redis.call('PEXPIRE', wants, 10 * ttl)
redis.call('PEXPIRE', seen, 10 * ttl)
forget_silent()
local holder = redis.call('HGET', custody, 'holder')
local first = redis.call('ZRANGE', wants, 0, 0)[1]
if holder and holder ~= me then
  tell('wanted')
  return {0, holder, redis.call('PTTL', custody)}
end
if not holder and first ~= me then
  if before == me then tell('free') end
  return {0, first}
end
leave(me)
local number = redis.call('INCR', fence)
take(number)
return {1, number}
`;

/**
 * ARGV[4]: fence. Answers {1}, {1, seniority of the most senior elsewhere} or {0, who has it}. A card that nobody has
 * was forgotten by a restart of the store, for our time was not over: it is ours still.
 */
export const renewScript = `${head}
local known = redis.call('HMGET', custody, 'holder', 'fence')
if known[1] and (known[1] ~= me or known[2] ~= ARGV[4]) then return {0, known[1]} end
if not known[1] and tonumber(redis.call('GET', fence) or 0) < tonumber(ARGV[4]) then
  redis.call('SET', fence, ARGV[4])
end
take(ARGV[4])
forget_silent()
local rivals = redis.call('ZRANGE', wants, 0, 1, 'WITHSCORES')
for i = 1, #rivals, 2 do
  if rivals[i] ~= me then return {1, tostring(now - tonumber(rivals[i + 1]))} end
end
return {1}
`;

/** ARGV[4]: fence. */
export const releaseScript = `${head}
local known = redis.call('HMGET', custody, 'holder', 'fence')
if known[1] ~= me or known[2] ~= ARGV[4] then return 0 end
redis.call('DEL', custody)
tell('free')
return 1
`;

/** Whoever is the next to have a card that nobody has learns of it. */
export const withdrawScript = `${head}
leave(me)
if redis.call('EXISTS', custody) == 0 then tell('free') end
return 1
`;
