// Sockets that only listen, in k6: one virtual user holds all of them.
import { WebSocket } from "k6/websockets";

const count = Number(__ENV.COUNT);
let opened = 0;

export const options = {
  scenarios: {
    watchers: {
      executor: "per-vu-iterations",
      vus: 1,
      iterations: 1,
      maxDuration: "10m",
      exec: "watch",
    },
  },
};

export function watch() {
  const started = Date.now();
  for (let i = 0; i < count; i++) {
    const socket = new WebSocket(`ws://127.0.0.1:${__ENV.PORT}/items/7`);
    socket.addEventListener("message", () => undefined);
    socket.addEventListener("open", () => {
      if (++opened === count) console.log(`connected ${Date.now() - started}`);
    });
  }
}
