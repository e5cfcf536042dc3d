/** `holdfast init`: a first load test that runs as it stands, and says what to change to point it at your own system. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT, HoldfastError, messageOf } from "../base/errors.ts";
import type { CommandAction } from "./commands.ts";

/** Writes `load/first.load.ts` and the small system it runs against, as ES modules; never overwrites a file. */
export const initCommand: CommandAction = async (host) => {
  const folder = join(host.cwd, "load");
  const files: Record<string, string> = {
    "first.load.ts": FIRST_TEST,
    "example-system.ts": EXAMPLE_SYSTEM,
  };
  const present = Object.keys(files).filter((name) => existsSync(join(folder, name)));
  if (present.length > 0) {
    throw new HoldfastError(`load/${present[0]} must not exist yet, got a file of yours`, {
      code: "HF_INIT_EXISTS",
    });
  }
  if (!isModuleFolder(folder)) files["package.json"] = MODULE_PACKAGE;
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new HoldfastError(`load/ must be a folder that can be written: ${messageOf(error)}`, {
      code: "HF_INIT_WRITE",
    });
  }
  host.out.write(
    "Made load/first.load.ts, a load test with two invariants, and load/example-system.ts, what it runs against.\n" +
      "  npx holdfast run                          runs it\n" +
      "  npx holdfast run --target http://…        runs it against your own system\n",
  );
  return EXIT.pass;
};

/** Whether Node takes the .ts files of a folder for ES modules, by the nearest package.json. */
function isModuleFolder(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "package.json");
    if (existsSync(file)) return /"type"\s*:\s*"module"/.test(readFileSync(file, "utf8"));
    if (dirname(at) === at) return false;
  }
}

const MODULE_PACKAGE = '{ "type": "module" }\n';

const FIRST_TEST = `import { acknowledgedIsStored, constantVus, defineSystem, loadTest, noOversell, operation } from "holdfast";

const STOCK = 100;

// One kind of operation: 409 is the shop's honest "sold out", and the answer carries the ticket's number.
const buy = operation("buy", {
  rejected: [409],
  result: (answer) => (answer.ok ? answer.json<{ ticket: string }>().ticket : undefined),
});

export const ticketShop = loadTest({
  name: "ticket shop",
  // Your own system instead: delete this line and write  target: "http://127.0.0.1:3000",
  system: defineSystem({ name: "example", entry: new URL("./example-system.ts", import.meta.url) }),
  scenarios: {
    crowd: {
      executor: constantVus({ vus: 20, duration: "3s" }),
      async run({ http, check, random }) {
        const key = random.uuid();
        const answer = await http.post("/tickets", {
          headers: { "idempotency-key": key },
          operation: buy.on("concert", { id: key }),
        });
        check("is 201 or 409", answer.status === 201 || answer.status === 409);
      },
    },
  },
  thresholds: { http_req_duration: ["p(99)<250"], checks: ["rate==1"] },
  invariants: [noOversell(buy, { stock: STOCK }), acknowledgedIsStored(buy)],
  async audit({ http, observe }) {
    const sold = (await http.get("/tickets")).json<{ ticket: string; key: string }[]>();
    for (const { ticket, key } of sold) observe(buy.on("concert", { id: key }), ticket);
  },
});
`;

const EXAMPLE_SYSTEM = `// A shop with 100 tickets, so that load/first.load.ts has something to run against. Yours will be larger.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const sold = new Map<string, string>();
let left = 100;

const server = createServer((request, response) => {
  const answer = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  request.resume();
  if (request.url !== "/tickets") return answer(404, { error: "only /tickets is here" });
  if (request.method === "GET") return answer(200, [...sold].map(([key, ticket]) => ({ ticket, key })));
  const key = String(request.headers["idempotency-key"]);
  const before = sold.get(key);
  if (before !== undefined) return answer(201, { ticket: before });
  if (left === 0) return answer(409, { error: "sold out" });
  left -= 1;
  sold.set(key, \`t-\${100 - left}\`);
  answer(201, { ticket: sold.get(key) });
});

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ ready: { url: \`http://127.0.0.1:\${port}\` } }));
});
process.stdin.on("end", () => process.exit()).resume();
process.on("SIGTERM", () => process.exit());
`;
