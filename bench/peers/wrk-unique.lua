-- A key of its own in header and body of every request, by joining strings: wrk.format costs more.
local count = 0
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
