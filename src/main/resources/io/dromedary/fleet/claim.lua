-- KEYS: the command. ARGV: what it holds once it is ours, seconds. Answers what it holds if it is somebody's already.
local held = redis.call('GET', KEYS[1])
if held then
  return held
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ''
