/** A ticket shop in forty lines: 100 seats a concert, one ticket per idempotency key. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const SEATS = 100;
const sold = new Map<string, Map<string, string>>();

const server = createServer((request, response) => void serve(request, response));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const concert = /^\/concerts\/([\w-]+)\/tickets$/.exec(request.url ?? "")?.[1];
  if (concert === undefined) return answer(404, { error: "only /concerts/NAME/tickets is here" });
  const tickets = sold.get(concert) ?? new Map<string, string>();
  sold.set(concert, tickets);
  if (request.method === "GET") {
    return answer(200, { left: SEATS - tickets.size, tickets: Object.fromEntries(tickets) });
  }
  await drain(request);
  const key = String(request.headers["idempotency-key"]);
  const ticket = tickets.get(key) ?? `${concert}-${tickets.size + 1}`;
  if (!tickets.has(key) && tickets.size === SEATS) return answer(409, { error: "sold out" });
  tickets.set(key, ticket);
  answer(201, { ticket });
}

async function drain(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ ready: { url: `http://127.0.0.1:${port}` } }));
});
process.stdin.on("end", () => process.exit()).resume();
process.on("SIGTERM", () => process.exit());
