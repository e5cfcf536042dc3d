# Virtual users that only sleep, in Locust: what one costs in memory.
import time

from locust import User, constant, task


class Sleeper(User):
    wait_time = constant(0)

    @task
    def rest(self):
        time.sleep(1)
