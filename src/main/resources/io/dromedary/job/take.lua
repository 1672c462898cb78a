-- Makes the caller the owner of a job: of one that has none, or by force.
-- KEYS fence, lease; ARGV milliseconds of a lease, seconds of a state, force. Answers the caller's fence, or nothing
if ARGV[3] ~= '1' and redis.call('exists', KEYS[2]) == 1 then
  return ''
end
local fence = string.format('%d', redis.call('incr', KEYS[1]))
redis.call('expire', KEYS[1], ARGV[2])
redis.call('set', KEYS[2], fence, 'PX', ARGV[1])
return fence
