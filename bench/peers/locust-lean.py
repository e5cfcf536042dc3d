# The lean script in Locust, with its fast client: unique body and key header, the status checked.
from itertools import count

from locust import FastHttpUser, constant, task

KEYS = count(1)


class Buyer(FastHttpUser):
    wait_time = constant(0)
    insecure = True

    @task
    def order(self):
        key = f"{next(KEYS):016x}"
        headers = {"content-type": "application/json", "idempotency-key": key}
        body = '{"product":"phone","quantity":1,"key":"%s"}' % key
        with self.client.post("/orders", body, headers=headers, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure("not 200")
