-- wrk-unique.lua, and a look at every status: the nearest wrk comes to a scripted load test.
local count = 0
local wrong = 0
local head, middle, tail

function init()
  local address = wrk.host .. ":" .. wrk.port
  head = "POST /orders HTTP/1.1\r\nhost: " .. address ..
    "\r\ncontent-type: application/json\r\nidempotency-key: "
  middle = "\r\ncontent-length: 57\r\n\r\n" .. '{"product":"phone","quantity":1,"key":"'
  tail = '"}'
end

function request()
  count = count + 1
  local key = string.format("%016x", count)
  return head .. key .. middle .. key .. tail
end

function response(status)
  if status ~= 200 then wrong = wrong + 1 end
end
