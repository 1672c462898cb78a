-- Writes the state of a job if nobody took it over. Its end also ends the lease.
-- KEYS state, fence, lease, running, cancel; ARGV fence, state, seconds of a state, milliseconds of a lease, id, plan, ended
local fence = redis.call('get', KEYS[2])
if fence and fence ~= ARGV[1] then
  return 'LOST'
end
redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3])
redis.call('set', KEYS[2], ARGV[1], 'EX', ARGV[3])
if ARGV[7] == '1' then
  redis.call('del', KEYS[3], KEYS[5])
  redis.call('hdel', KEYS[4], ARGV[5])
  return 'OK'
end
redis.call('set', KEYS[3], ARGV[1], 'PX', ARGV[4])
redis.call('hset', KEYS[4], ARGV[5], ARGV[6])
if redis.call('exists', KEYS[5]) == 1 then
  return 'CANCEL'
end
return 'OK'
