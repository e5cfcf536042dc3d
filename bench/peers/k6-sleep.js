// Virtual users that only sleep, in k6: what one costs in memory.
import { sleep } from "k6";

export const options = {
  scenarios: {
    sleepers: {
      executor: "constant-vus",
      vus: Number(__ENV.VUS),
      duration: `${__ENV.SECONDS}s`,
      exec: "rest",
    },
  },
};

export function rest() {
  sleep(1);
}
