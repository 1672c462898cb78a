-- Gives the one place of a family to a job unless a job that runs has it.
-- KEYS place, running; ARGV id, seconds of a state. Answers the id of the other job, or nothing
local other = redis.call('get', KEYS[1])
if other and other ~= ARGV[1] and redis.call('hexists', KEYS[2], other) == 1 then
  return other
end
redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ''
