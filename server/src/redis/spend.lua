-- Uses a solution for a body: may it be? The rule is that of spent.rs.
--
-- KEYS[1]: the solution's challenge. ARGV: a hash of the body, how often it may come, milliseconds to remember it for.
-- What is kept is `TIMES BODY`. Answer: 1 or 0.
local used = redis.call('GET', KEYS[1])
local times = 0
if used then
  local digits, body = string.match(used, '^(%d+) (%S+)$')
  times = tonumber(digits)
  if body ~= ARGV[1] or times >= tonumber(ARGV[2]) then
    return 0
  end
end
redis.call('SET', KEYS[1], (times + 1) .. ' ' .. ARGV[1], 'PX', ARGV[3])
return 1
