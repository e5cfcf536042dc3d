/**
 * Opens one socket to an origin: addresses, TCP, and TLS over it. Reports success or failure exactly once; after
 * `cancel` not at all.
 */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { nodeTls } from "../../base/node.ts";
import type { Clock } from "../../base/clock.ts";
import type { Addresses } from "./addresses.ts";
import type { OpeningTimesNs } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { SOURCES_TRIED_MAX } from "./limits.ts";
import type { Origin } from "./origin.ts";
import type { TlsSettings } from "./settings.ts";
import { openingFailure } from "./socket-errors.ts";

export interface DialOptions {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly addresses: Addresses;
  readonly readBuffer: Buffer;
  readonly tls: TlsMeans;
  /** What TLS offers the server to speak. Default `http/1.1`. */
  readonly alpn?: string;
  /** HOT. Called for every read of the open socket. False pauses it. */
  readonly onRead: (bytes: number, buffer: Buffer) => boolean;
  readonly onOpen: (socket: Socket, times: OpeningTimesNs) => void;
  readonly onFailure: (failure: Failure) => void;
}

/** What all TLS connections of one family of clients have in common. */
export interface TlsMeans {
  readonly settings: TlsSettings;
  /** Made at the first use: it reads the system's authorities, which takes milliseconds. */
  context(): SecureContext;
  /** The last session of each origin, for a shorter handshake. */
  readonly sessions: Map<Origin, Buffer>;
}

export class Dial {
  readonly #options: DialOptions;
  readonly #times: OpeningTimesNs = { lookingUp: 0, connecting: 0, tls: 0 };
  #socket: Socket | undefined;
  #phase: "dns" | "tcp" | "tls" | "over" = "dns";
  #phaseNs: number;
  #left: readonly string[] = [];
  #onError: (error: NodeJS.ErrnoException) => void = ignore;
  #sourcesTried = 0;

  constructor(options: DialOptions) {
    const { clock, addresses, origin } = options;
    this.#options = options;
    this.#phaseNs = clock.nowNs();
    addresses.find(origin.host, (error, found) => this.#found(error, found));
  }

  cancel(): void {
    this.#phase = "over";
    this.#dropSocket();
  }

  /** The failure of a dial that takes too long. */
  late(): Failure {
    const code = { dns: "HF_DNS", tcp: "HF_TCP_TIMEOUT", tls: "HF_TLS_TIMEOUT" } as const;
    const phase = this.#phase === "over" ? "tcp" : this.#phase;
    return new Failure(code[phase], `${this.#options.origin.url}: too late`);
  }

  #found(error: NodeJS.ErrnoException | null, found: readonly string[]): void {
    if (this.#phase === "over") return;
    this.#times.lookingUp = this.#phaseDone();
    if (error !== null) return this.#failed(error);
    this.#phase = "tcp";
    this.#tryNext(found);
  }

  #tryNext(addresses: readonly string[]): void {
    const [address, ...left] = addresses;
    this.#left = left;
    const socket = this.#open(address as string);
    this.#socket = socket;
    socket.once("connect", () => this.#connected(address as string));
    this.#onError = (error) => this.#refused(address as string, error);
    socket.on("error", this.#onError);
  }

  #open(address: string): Socket {
    const { origin, tls, readBuffer, onRead, addresses } = this.#options;
    const tcp = {
      host: address,
      port: origin.port,
      ...addresses.sources.take(address),
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: onRead as (bytes: number, read: Uint8Array) => boolean,
      },
    };
    if (!origin.secure) return connectTcp(tcp);
    const { sessions, settings } = tls;
    const session = sessions.get(origin);
    const socket = nodeTls().connect({
      ...tcp,
      servername: settings.serverName ?? (isIP(origin.host) === 0 ? origin.host : ""),
      rejectUnauthorized: settings.rejectUnauthorized,
      secureContext: tls.context(),
      ALPNProtocols: [this.#options.alpn ?? "http/1.1"],
      ...(session === undefined ? {} : { session }),
    });
    socket.once("secureConnect", () => this.#opened());
    socket.on("session", (made) => sessions.set(origin, made));
    return socket;
  }

  #connected(address: string): void {
    const { origin, addresses } = this.#options;
    addresses.worked(origin.host, address);
    this.#times.connecting = this.#phaseDone();
    if (origin.secure) this.#phase = "tls";
    else this.#opened();
  }

  #opened(): void {
    const socket = this.#socket as Socket;
    if (this.#phase === "tls") this.#times.tls = this.#phaseDone();
    this.#phase = "over";
    // Not all of them at once: that would leave the socket's table of listeners as a hash table of half a kilobyte.
    socket.removeListener("error", this.#onError);
    this.#options.onOpen(socket, this.#times);
  }

  /** Only where nobody could be reached another address may help; a broken handshake would break there, too. */
  #refused(address: string, error: NodeJS.ErrnoException): void {
    const { origin, addresses } = this.#options;
    if (this.#phase === "tcp" && this.#mayComeFromElsewhere(address, error)) {
      this.#dropSocket();
      return this.#tryNext([address, ...this.#left]);
    }
    if (this.#phase === "tcp") addresses.failed(origin.host, address);
    if (this.#phase !== "tcp" || this.#left.length === 0) return this.#failed(error);
    this.#dropSocket();
    this.#tryNext(this.#left);
  }

  #mayComeFromElsewhere(address: string, error: NodeJS.ErrnoException): boolean {
    if (this.#sourcesTried >= SOURCES_TRIED_MAX) return false;
    this.#sourcesTried += 1;
    return this.#options.addresses.sources.mayHelp(address, error);
  }

  #failed(error: NodeJS.ErrnoException): void {
    const phase = this.#phase === "over" ? "tcp" : this.#phase;
    this.cancel();
    this.#options.onFailure(openingFailure(error, phase, this.#options.origin.url));
  }

  #phaseDone(): number {
    const nowNs = this.#options.clock.nowNs();
    const tookNs = nowNs - this.#phaseNs;
    this.#phaseNs = nowNs;
    return tookNs;
  }

  #dropSocket(): void {
    this.#socket?.removeAllListeners().on("error", ignore).destroy();
  }
}

function ignore(): void {}
