-- One indivisible step that decides a bid: see item-book.ts for the picture.
--
-- KEYS  1 item:<id>:current_bid   2 item:<id>   3 the outbox   4 attempt:<unique>
-- ARGV  1 item id   2 bid id   3 bidder id   4 amount   5 the time of day as text   6 ms to remember the attempt
--
-- Run again (a connection broke before the answer came) it finds that the attempt was accepted and says so once more; one
-- that was refused may as well be decided anew. The append is in here, with the new price: either both are in Redis or neither. The outbox gets the event as it will
-- travel, so that nothing has to be put together later from parts that may have changed.

local before = redis.call('GET', KEYS[4])
if before then
  return { 'accepted', before }
end

local terms = redis.call('HMGET', KEYS[2], 'increment', 'closesAtMs', 'seq')
if not terms[1] then
  return { 'unknown-item' }
end

local highest = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
if terms[2] ~= '' and nowMs >= tonumber(terms[2]) then
  return { 'closed', highest }
end
if tonumber(ARGV[4]) < tonumber(highest) + tonumber(terms[1]) then
  return { 'too-low', highest }
end

redis.call('SET', KEYS[1], ARGV[4])
local seq = tonumber(terms[3]) + 1
redis.call('HSET', KEYS[2], 'seq', seq, 'bidId', ARGV[2], 'bidderId', ARGV[3])
redis.call('XADD', KEYS[3], '*', 'kind', 'bid', 'itemId', ARGV[1], 'seq', seq,
  'bidId', ARGV[2], 'bidderId', ARGV[3], 'amount', ARGV[4], 'at', ARGV[5])
redis.call('SET', KEYS[4], seq, 'PX', ARGV[6])
return { 'accepted', seq }
