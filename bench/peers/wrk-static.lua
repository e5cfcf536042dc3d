-- The same bytes every time: wrk at its cheapest.
wrk.method = "POST"
wrk.path = "/orders"
wrk.headers["content-type"] = "application/json"
wrk.headers["idempotency-key"] = "00000000deadbeef"
wrk.body = '{"product":"phone","quantity":1,"key":"00000000deadbeef"}'
