-- Takes elements from all of some quotas, or from none: the generic cell rate algorithm of ITU-T I.371 (virtual
-- scheduling), as the crate governor has it.
--
-- A quota is one number, the theoretical arrival time: when it will be whole again, in microseconds of Redis' own
-- clock, so that those of who asks do not matter. They are counted from 2026 on: numbers since 1970 are so large that
-- Lua's are a quarter of a microsecond apart, which adds up. Each element moves it on by the interval in which one is given back;
-- it must not be further away than the whole quota takes. A quota that is whole needs no key.
--
-- KEYS: the quotas. ARGV: the elements, then of each quota its interval in microseconds and how many elements it holds.
-- Answer: {0, 0} if it was taken, or the place of the first quota that has too little, and the microseconds until it has
-- enough.
local time = redis.call('TIME')
local now = (time[1] - 1767225600) * 1000000 + time[2]
local elements = tonumber(ARGV[1])
local arrivals = {}

for place, key in ipairs(KEYS) do
  local interval = tonumber(ARGV[2 * place])
  local whole = interval * tonumber(ARGV[2 * place + 1])
  local arrival = math.max(now, tonumber(redis.call('GET', key) or now))
  -- It is further away than that only if the clock was put back.
  arrival = math.min(arrival, now + whole) + interval * elements
  local wait = arrival - now - whole
  -- Less is what rounding left over.
  if wait >= 1 then
    return {place, math.ceil(wait)}
  end
  arrivals[place] = arrival
end

for place, key in ipairs(KEYS) do
  local rest = math.ceil((arrivals[place] - now) / 1000)
  redis.call('SET', key, string.format('%.17g', arrivals[place]), 'PX', rest)
end
return {0, 0}
