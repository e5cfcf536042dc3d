-- One indivisible step that decides an order: see reservation.ts for the picture.
--
-- KEYS  1 product:<id>:stock   2 product:<id>:sale   3 order-key:<idempotency key>   4 the stream
-- ARGV  1 product id   2 user id   3 idempotency key   4 created at   5 seconds to remember the key
--
-- The append is in here, with the decrement: either both are in Redis or neither, so there is no second write to lose.
-- Running it again (a retry after a lost connection) finds the key and changes nothing.

local before = redis.call('HMGET', KEYS[3], 'productId', 'userId', 'sale', 'orderId')
if before[1] then
  -- A key of a sale that is over is a key nobody has used.
  local current = redis.call('GET', 'product:' .. before[1] .. ':sale')
  if current == before[3] then
    if before[1] == ARGV[1] and before[2] == ARGV[2] then
      return { 'accepted', before[4] }
    end
    return { 'key-taken' }
  end
end

local stock = redis.call('GET', KEYS[1])
if not stock then
  return { 'unknown-product' }
end
if tonumber(stock) < 1 then
  return { 'sold-out' }
end

local sale = redis.call('GET', KEYS[2])
redis.call('DECR', KEYS[1])
local id = redis.call('XADD', KEYS[4], '*',
  'productId', ARGV[1], 'userId', ARGV[2], 'key', ARGV[3], 'sale', sale, 'createdAt', ARGV[4])
local orderId = 'o-' .. id
redis.call('HSET', KEYS[3], 'productId', ARGV[1], 'userId', ARGV[2], 'sale', sale, 'orderId', orderId)
redis.call('EXPIRE', KEYS[3], ARGV[5])
return { 'accepted', orderId }
