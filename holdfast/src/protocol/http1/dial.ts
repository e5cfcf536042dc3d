/**
 * Opens one socket to an origin: TCP, and TLS over it. Reports success or failure exactly once; after `cancel` not at all.
 */
import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import type { OpeningTimesNs } from "./exchange.ts";
import { Failure } from "./failures.ts";
import type { Origin } from "./origin.ts";
import type { TlsSettings } from "./settings.ts";
import { openingFailure } from "./socket-errors.ts";

export interface DialOptions {
  readonly origin: Origin;
  readonly tls: TlsSettings;
  readonly clock: Clock;
  readonly readBuffer: Buffer;
  /** HOT. Called for every read of the open socket. False pauses it. */
  readonly onRead: (bytes: number, buffer: Buffer) => boolean;
  readonly onOpen: (socket: Socket, times: OpeningTimesNs) => void;
  readonly onFailure: (failure: Failure) => void;
}

export class Dial {
  readonly #options: DialOptions;
  readonly #times: OpeningTimesNs = { lookingUp: 0, connecting: 0, tls: 0 };
  #socket: Socket | undefined;
  #phaseNs: number;
  #phase: "dns" | "tcp" | "tls" = "tcp";

  constructor(options: DialOptions) {
    this.#options = options;
    this.#phaseNs = options.clock.nowNs();
    this.#connect(options.origin.host);
  }

  cancel(): void {
    this.#socket?.removeAllListeners().on("error", ignore).destroy();
  }

  /** The failure of a dial that takes too long. */
  late(): Failure {
    return new Failure(
      this.#phase === "tls" ? "HF_TLS_TIMEOUT" : "HF_TCP_TIMEOUT",
      this.#options.origin.url,
    );
  }

  #connect(host: string): void {
    const { origin, tls, readBuffer, onRead } = this.#options;
    const tcp: TcpNetConnectOpts = {
      host,
      port: origin.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes, buffer) => onRead(bytes, buffer as Buffer),
      },
    };
    const name = tls.serverName ?? (isIP(origin.host) === 0 ? origin.host : "");
    const socket = origin.secure
      ? connectTls({ ...tcp, servername: name, rejectUnauthorized: tls.rejectUnauthorized })
      : connectTcp(tcp);
    this.#socket = socket;
    socket.once("connect", () => this.#connected());
    if (origin.secure) socket.once("secureConnect", () => this.#opened());
    socket.once("error", (error: NodeJS.ErrnoException) => this.#failed(error));
  }

  #connected(): void {
    const nowNs = this.#options.clock.nowNs();
    this.#times.connecting = nowNs - this.#phaseNs;
    this.#phaseNs = nowNs;
    if (!this.#options.origin.secure) return this.#opened();
    this.#phase = "tls";
  }

  #opened(): void {
    const socket = this.#socket as Socket;
    if (this.#phase === "tls") {
      this.#times.tls = this.#options.clock.nowNs() - this.#phaseNs;
    }
    socket.removeAllListeners("error");
    this.#options.onOpen(socket, this.#times);
  }

  #failed(error: NodeJS.ErrnoException): void {
    this.cancel();
    this.#options.onFailure(openingFailure(error, this.#phase, this.#options.origin.url));
  }
}

function ignore(): void {}
