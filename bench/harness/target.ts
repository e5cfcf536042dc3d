/**
 * What the clients are pointed at: nginx with one worker, answering 200 and 42 bytes of JSON to everything; where there
 * is no nginx, the C server of `floor/`. The target counts the requests itself, so no client has to be believed.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { TARGET_READY_MS_MAX } from "../limits.ts";
import { Child, type Command } from "./child.ts";
import { compileC, lackingCompiler } from "./compile.ts";
import { findOnPath, isOnPath } from "./path.ts";
import { words } from "./words.ts";
import { freePort, workplace } from "./workplace.ts";

export interface Target extends AsyncDisposable {
  /** `nginx 1.22.1` or `the bench's C server`. */
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Undefined: this target cannot speak TLS. */
  readonly tlsPort: number | undefined;
  /** TLS again, and HTTP/2 over it. Undefined where there is no TLS. */
  readonly http2Port: number | undefined;
  /** All requests answered so far; asking is one of them. */
  requests(): Promise<number>;
  signal(name: NodeJS.Signals): void;
}

const ANSWER = '{"orderId":"o-1234567890","state":"taken"}';

/** Why no target can be started here; undefined when one can. */
export function lackingTarget(): string | undefined {
  if (isOnPath("nginx")) return undefined;
  const compiler = lackingCompiler();
  return compiler === undefined ? undefined : `nginx is not on PATH, and ${compiler}`;
}

/** Why no target with TLS can be started here; undefined when one can. */
export function lackingTlsTarget(): string | undefined {
  if (!isOnPath("nginx")) return "nginx is not on PATH";
  return isOnPath("openssl") ? undefined : "openssl, which makes the certificate, is not on PATH";
}

export async function startTarget(): Promise<Target> {
  const port = await freePort();
  const nginx = findOnPath("nginx");
  if (nginx === undefined) {
    const argv = words`${compileC("arrivals")} ${port} ${workplace("arrivals.log")}`;
    return begin("the bench's C server", { argv }, { port });
  }
  const hasTls = lackingTlsTarget() === undefined;
  const ports: Ports = hasTls
    ? { port, tlsPort: await freePort(), http2Port: await freePort() }
    : { port };
  const folder = workplace(`nginx-${port}`);
  mkdirSync(folder);
  if (hasTls) makeCertificate(folder);
  writeFileSync(`${folder}/nginx.conf`, nginxConfig(folder, ports));
  const argv = words`${nginx} -p ${folder} -e ${folder}/error.log -c nginx.conf`;
  return begin(nginxName(nginx), { argv }, ports);
}

/** The C server, which logs when each request came; `arrivals()` stops it first. */
export async function startLoggingTarget(): Promise<
  Target & { arrivals(): Promise<Float64Array> }
> {
  const port = await freePort();
  const log = workplace(`arrivals-${port}.log`);
  const argv = words`${compileC("arrivals")} ${port} ${log}`;
  const target = await begin("the bench's C server", { argv }, { port });
  return {
    ...target,
    arrivals: async () => {
      await target[Symbol.asyncDispose]();
      const bytes = readFileSync(log);
      rmSync(log);
      return readArrivals(bytes);
    },
  };
}

/** Nanoseconds since the first arrival: small enough to be exact in a double. */
function readArrivals(bytes: Buffer): Float64Array {
  const count = bytes.length >>> 3;
  const first = count === 0 ? 0n : bytes.readBigInt64LE(0);
  return Float64Array.from({ length: count }, (_, index) =>
    Number(bytes.readBigInt64LE(index * 8) - first),
  );
}

interface Ports {
  readonly port: number;
  readonly tlsPort?: number;
  readonly http2Port?: number;
}

async function begin(name: string, command: Command, ports: Ports): Promise<Target> {
  const { port, tlsPort, http2Port } = ports;
  const child = new Child(command, "server");
  const target: Target = {
    name,
    port,
    tlsPort,
    http2Port,
    pid: child.pid,
    requests: () => countRequests(port),
    signal: (signal) => child.signal(signal),
    [Symbol.asyncDispose]: () => child.stop(),
  };
  for (let waitedMs = 0; waitedMs < TARGET_READY_MS_MAX && child.isRunning; waitedMs += 10) {
    const ready = await target.requests().catch(() => undefined);
    if (ready !== undefined) return target;
    await sleep(10);
  }
  await child.stop();
  throw new Error(`${name} did not start: ${child.lastWords}`);
}

/** `master_process off`: one process, so that its CPU time and a SIGSTOP mean the server and nothing else. */
function nginxConfig(folder: string, { port, tlsPort, http2Port }: Ports): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join("\n  ");
  const tls =
    tlsPort === undefined
      ? ""
      : `listen 127.0.0.1:${tlsPort} ssl backlog=20000;
    listen 127.0.0.1:${http2Port} ssl http2 backlog=20000;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    ssl_protocols TLSv1.3;`;
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log error;
events { worker_connections 19000; }
http {
  ${temporary}
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  default_type application/json;
  server {
    listen 127.0.0.1:${port} backlog=20000;
    ${tls}
    location / { return 200 '${ANSWER}'; }
    location = /status { stub_status; }
  }
}
`;
}

function makeCertificate(folder: string): void {
  const argv = words`req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2
    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1
    -keyout ${folder}/key.pem -out ${folder}/cert.pem`;
  execFileSync("openssl", argv, { stdio: "pipe" });
}

function nginxName(nginx: string): string {
  const said = spawnSync(nginx, ["-v"], { encoding: "utf8" }).stderr;
  return said.replace("nginx version: ", "").trim().replace("/", " ");
}

async function countRequests(port: number): Promise<number> {
  const body = await new Promise<string>((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/status", agent: false }, (response) => {
      text(response).then(resolve, reject);
    });
    request.on("error", reject);
  });
  return parseStubStatus(body);
}

/** The third number of the line below `server accepts handled requests`. */
export function parseStubStatus(body: string): number {
  const match = /requests\s+\d+\s+\d+\s+(\d+)/.exec(body);
  if (match === null) throw new Error(`not a stub_status page: ${body.slice(0, 80)}`);
  return Number(match[1]);
}
