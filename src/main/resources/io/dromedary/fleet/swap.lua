-- KEYS: the command. ARGV: what it must begin with, what it holds then, seconds, whether it may be forgotten.
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #ARGV[1]) ~= ARGV[1] then
  return 0
end
if not held and ARGV[4] == '0' then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
