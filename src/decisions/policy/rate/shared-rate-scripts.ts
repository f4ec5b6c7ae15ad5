import { type Script, scriptOf } from '../../../storage/redis/shared-store.ts';

/**
 * What `TokenBucket`, `SlidingWindow` and `CalendarWindow` do in the memory of one process, done by the store that
 * replicas share: the same sums, in whole milliseconds, and one suite holds both to the same answers. A script looks at
 * every rule before it counts under any.
 *
 * The store's own clock is the only one that counts, so that replicas need not agree on the time. It is wall time, and
 * may step back: by less than a window, and what was counted stays; further, and it had been wrong before, so that what
 * it counted is forgotten.
 *
 * ARGV[1] is empty, or the moment to use instead (tests cannot move the clock of a store). Then four for each rule:
 * its name, its window, how many requests, how many at once. The answer: 1 or 0, the rule that it is about, after how
 * long it would be 1, and the standing under that rule: limit, remaining, reset.
 */
const head = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local rules = {}
for at = 2, #ARGV, 4 do
  local window, requests, at_once = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  rules[#rules + 1] = {
    nth = #rules + 1, per = ARGV[at], window = window, requests = requests, at_once = at_once
  }
end

-- As text; tostring() would round what is longer than fourteen digits.
local function whole(number) return string.format('%.0f', number) end
`;

/** Each algorithm has told how to `load` a rule, how long its `wait` is, how to `add`, and the `standing`. */
const tail = `
local function answer(is_admitted, rule, wait)
  local limit, remaining, reset = standing(rule)
  return {is_admitted, rule.nth, wait, limit, remaining, reset}
end

local refusing, longest = nil, 0
for _, rule in ipairs(rules) do
  load(rule)
  local ms = wait(rule)
  if ms > longest then refusing, longest = rule, ms end
end
if refusing then
  keep()
  return answer(0, refusing, longest)
end
local nearest, least
for _, rule in ipairs(rules) do
  add(rule)
  local _, remaining = standing(rule)
  if not least or remaining < least then nearest, least = rule, remaining end
end
keep()
return answer(1, nearest, 0)
`;

/** What nothing is counted in any more goes by itself, a minute later than it could. */
const keepHash = `
local function keep()
  local longest = 0
  for _, rule in ipairs(rules) do
    local _, _, reset = standing(rule)
    if reset > longest then longest = reset end
  end
  redis.call('PEXPIRE', KEYS[1], whole(longest + 60000))
end
`;

/** KEYS[1], a hash: by rule what is missing in its bucket, as of when, and how fast it is refilled. */
export const tokenBucketScript: Script = scriptOf(`${head}
local function save(rule)
  redis.call('HSET', KEYS[1], rule.per, whole(rule.missing) .. ' ' .. whole(rule.as_of) .. ' ' .. whole(rule.requests))
end

local function load(rule)
  rule.missing, rule.as_of = 0, now
  local missing, as_of, requests = string.match(redis.call('HGET', KEYS[1], rule.per) or '', '(%d+) (%d+) (%d+)')
  if not missing or as_of - now > rule.window then return end
  rule.as_of = math.max(now, tonumber(as_of))
  local refilled = math.max(0, missing - (rule.as_of - as_of) * requests)
  rule.missing = math.min(refilled, rule.at_once * rule.window)
  -- Another limit than before holds from now on, whether this request is admitted or not.
  if rule.missing < refilled or tonumber(requests) ~= rule.requests then save(rule) end
end

-- A clock that stepped back comes first to where it was, and only then is anything refilled.
local function until_refilled(rule, missing)
  if missing <= 0 then return 0 end
  return rule.as_of - now + math.ceil(missing / rule.requests)
end

local function wait(rule)
  return until_refilled(rule, rule.missing + rule.window - rule.at_once * rule.window)
end

local function add(rule)
  rule.missing = rule.missing + rule.window
  save(rule)
end

local function standing(rule)
  local left = math.floor((rule.at_once * rule.window - rule.missing) / rule.window)
  return rule.at_once, left, until_refilled(rule, rule.missing)
end
${keepHash}${tail}`);

/** KEYS[1], a hash: by rule which minute, hour or day since 1970 is counted, and how many came in it. */
export const calendarScript: Script = scriptOf(`${head}
local function load(rule)
  local current = math.floor(now / rule.window)
  rule.at, rule.count = current, 0
  local at, count = string.match(redis.call('HGET', KEYS[1], rule.per) or '', '(%d+) (%d+)')
  at = tonumber(at)
  if at == current or at == current + 1 then
    rule.at, rule.count = at, tonumber(count)
  end
end

local function until_next(rule) return (rule.at + 1) * rule.window - now end

local function wait(rule)
  return rule.count < rule.requests and 0 or until_next(rule)
end

local function add(rule)
  rule.count = rule.count + 1
  redis.call('HSET', KEYS[1], rule.per, whole(rule.at) .. ' ' .. whole(rule.count))
end

local function standing(rule)
  local reset = rule.count == 0 and 0 or until_next(rule)
  return rule.requests, math.max(0, rule.requests - rule.count), reset
end
${keepHash}${tail}`);

/**
 * KEYS[n], a list for the n-th rule, of the requests that came close together: when the first of them came, when the
 * last, and how many there had been with them since the list began. The head counts no more: it is what the others
 * are counted from.
 */
export const slidingWindowScript = (spansMax: number): Script =>
  scriptOf(`${head}
local function span_at(rule, at)
  local first, last, total = string.match(redis.call('LINDEX', KEYS[rule.nth], at) or '', '(%d+) (%d+) (%d+)')
  if first then return { first = tonumber(first), last = tonumber(last), total = tonumber(total) } end
end

local function text(span) return whole(span.first) .. ' ' .. whole(span.last) .. ' ' .. whole(span.total) end

local function load(rule)
  local key = KEYS[rule.nth]
  rule.now = now
  local tail = span_at(rule, -1)
  if tail and tail.last - now > rule.window then
    redis.call('DEL', key)
    tail = nil
  end
  if tail then rule.now = math.max(now, tail.last) end
  rule.head = span_at(rule, 0) or { first = 0, last = 0, total = 0 }
  local second = span_at(rule, 1)
  while second and second.last + rule.window <= rule.now do
    redis.call('LPOP', key)
    rule.head, second = second, span_at(rule, 1)
  end
  rule.tail = second and tail
  rule.count = rule.tail and tail.total - rule.head.total or 0
end

local function until_forgotten(rule, span) return span.last + rule.window - now end

local function wait(rule)
  if rule.count < rule.requests then return 0 end
  local at, span = 1, span_at(rule, 1)
  while rule.tail.total - span.total >= rule.requests do
    at = at + 1
    span = span_at(rule, at)
  end
  return until_forgotten(rule, span)
end

local function grain(rule)
  return rule.requests <= ${spansMax} and 0 or rule.window / ${spansMax}
end

local function add(rule)
  local key, tail = KEYS[rule.nth], rule.tail
  rule.count = rule.count + 1
  if tail and rule.now - tail.first <= grain(rule) then
    tail.last, tail.total = rule.now, tail.total + 1
    redis.call('LSET', key, -1, text(tail))
    return
  end
  if redis.call('EXISTS', key) == 0 then redis.call('RPUSH', key, text(rule.head)) end
  rule.tail = { first = rule.now, last = rule.now, total = rule.head.total + rule.count }
  redis.call('RPUSH', key, text(rule.tail))
end

local function standing(rule)
  local reset = rule.tail and until_forgotten(rule, rule.tail) or 0
  return rule.requests, math.max(0, rule.requests - rule.count), reset
end

local function keep()
  for _, rule in ipairs(rules) do
    local _, _, reset = standing(rule)
    redis.call('PEXPIRE', KEYS[rule.nth], whole(reset + 60000))
  end
end
${tail}`);
