-- Writes the state of a job if nobody took it over. Its end also ends the lease.
-- KEYS state, fence, lease, cancel; ARGV fence, state, seconds of a state, milliseconds of a lease, ended
local fence = redis.call('get', KEYS[2])
if fence and fence ~= ARGV[1] then
  return 'LOST'
end
redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3])
redis.call('set', KEYS[2], ARGV[1], 'EX', ARGV[3])
if ARGV[5] == '1' then
  redis.call('del', KEYS[3], KEYS[4])
  return 'OK'
end
redis.call('set', KEYS[3], ARGV[1], 'PX', ARGV[4])
if redis.call('exists', KEYS[4]) == 1 then
  return 'CANCEL'
end
return 'OK'
