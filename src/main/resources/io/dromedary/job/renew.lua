-- Prolongs the lease of a job if nobody took it over.
-- KEYS state, fence, lease, cancel; ARGV fence, milliseconds of a lease, seconds of a state
local fence = redis.call('get', KEYS[2])
if fence and fence ~= ARGV[1] then
  return 'LOST'
end
redis.call('set', KEYS[2], ARGV[1], 'EX', ARGV[3])
redis.call('set', KEYS[3], ARGV[1], 'PX', ARGV[2])
if redis.call('exists', KEYS[4]) == 1 then
  return 'CANCEL'
end
if redis.call('exists', KEYS[1]) == 0 then
  return 'GONE'
end
return 'OK'
