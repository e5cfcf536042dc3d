/**
 * Opens one socket to an origin: addresses, TCP, and TLS over it. Reports success or failure exactly once; after
 * `cancel` not at all.
 */
import { isIP, type LookupFunction, Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { nodeTls } from "../../base/node.ts";
import type { Clock } from "../../base/clock.ts";
import type { Addresses } from "./addresses.ts";
import type { OpeningTimesNs } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { SOURCES_TRIED_MAX } from "./limits.ts";
import type { Origin } from "./origin.ts";
import type { ReadBuffer } from "./read-buffer.ts";
import type { TlsSettings } from "./settings.ts";
import { openingFailure } from "./socket-errors.ts";

export interface DialOptions {
  readonly origin: Origin;
  /** Whose clock, addresses, read buffer and TLS settings these are. */
  readonly family: DialFamily;
  /** What TLS offers the server to speak. Default `http/1.1`. */
  readonly alpn?: string;
  /** HOT. Called for every read of the open socket, as a function of its own. False pauses it. */
  readonly onRead: (bytes: number, buffer: Buffer) => boolean;
  onOpen(socket: Socket, times: OpeningTimesNs): void;
  onFailure(failure: Failure): void;
}

/** What all dials of one family of clients have in common. */
export interface DialFamily {
  readonly shared: {
    readonly clock: Clock;
    readonly addresses: Addresses;
    readonly readBuffer: ReadBuffer;
  };
  readonly tls: TlsMeans;
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
  #found: readonly string[] = [];
  /** How many of them have been tried, the current one included. */
  #tried = 0;
  #onConnect: () => void = ignore;
  #onError: (error: NodeJS.ErrnoException) => void = ignore;
  #sourcesTried = 0;

  constructor(options: DialOptions) {
    const { origin, family } = options;
    const { clock, addresses } = family.shared;
    this.#options = options;
    this.#phaseNs = clock.nowNs();
    const known = addresses.known(origin.host);
    if (known === undefined) {
      addresses.lookUp(origin.host, (error, found) => this.#lookedUp(error, found));
    } else {
      this.#tryAll(known);
    }
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

  #lookedUp(error: NodeJS.ErrnoException | null, found: readonly string[]): void {
    if (this.#phase === "over") return;
    this.#times.lookingUp = this.#phaseDone();
    if (error === null) this.#tryAll(found);
    else this.#failed(error);
  }

  #tryAll(found: readonly string[]): void {
    this.#phase = "tcp";
    this.#found = found;
    this.#tryNext();
  }

  #tryNext(): void {
    this.#tried += 1;
    const socket = this.#open();
    const onConnect = (): void => this.#connected();
    const onError = (error: NodeJS.ErrnoException): void => this.#refused(error);
    this.#socket = socket;
    // What is assigned where it is written V8 takes for something that stays, and puts it among the old at once.
    this.#onConnect = onConnect;
    this.#onError = onError;
    socket.on("connect", onConnect);
    socket.on("error", onError);
  }

  #open(): Socket {
    const { origin, family, onRead } = this.#options;
    const { tls, shared } = family;
    const address = this.#address;
    const source = shared.addresses.sources.take(address);
    const where = {
      // TLS holds the certificate against this name.
      host: origin.secure ? address : LOOKED_UP,
      family: isIP(address),
      lookup: origin.secure ? undefined : answerWith(address),
      port: origin.port,
      localAddress: source?.localAddress,
      localPort: source?.localPort,
    };
    const how = {
      noDelay: true,
      onread: {
        buffer: shared.readBuffer.bytes,
        callback: onRead as (bytes: number, read: Uint8Array) => boolean,
      },
    };
    if (!origin.secure) return new Socket(how).connect(where);
    const { sessions, settings } = tls;
    const session = sessions.get(origin);
    const socket = nodeTls().connect({
      ...where,
      ...how,
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

  #connected(): void {
    const { origin, family } = this.#options;
    family.shared.addresses.worked(origin.host, this.#address);
    this.#times.connecting = this.#phaseDone();
    if (origin.secure) this.#phase = "tls";
    else this.#opened();
  }

  #opened(): void {
    const socket = this.#socket as Socket;
    if (this.#phase === "tls") this.#times.tls = this.#phaseDone();
    this.#phase = "over";
    // Not all of them at once: that would leave the socket's table of listeners as a hash table of half a kilobyte.
    socket.removeListener("connect", this.#onConnect);
    socket.removeListener("error", this.#onError);
    this.#options.onOpen(socket, this.#times);
  }

  /** Only where nobody could be reached another address may help; a broken handshake would break there, too. */
  #refused(error: NodeJS.ErrnoException): void {
    const { addresses } = this.#options.family.shared;
    if (this.#phase === "tcp" && this.#mayComeFromElsewhere(error)) {
      this.#tried -= 1;
    } else {
      if (this.#phase === "tcp") addresses.failed(this.#options.origin.host, this.#address);
      if (this.#phase !== "tcp" || this.#tried === this.#found.length) return this.#failed(error);
    }
    this.#dropSocket();
    this.#tryNext();
  }

  #mayComeFromElsewhere(error: NodeJS.ErrnoException): boolean {
    if (this.#sourcesTried >= SOURCES_TRIED_MAX) return false;
    this.#sourcesTried += 1;
    return this.#options.family.shared.addresses.sources.mayHelp(this.#address, error);
  }

  /** Where it is being tried now. */
  get #address(): string {
    return this.#found[this.#tried - 1] as string;
  }

  #failed(error: NodeJS.ErrnoException): void {
    const phase = this.#phase === "over" ? "tcp" : this.#phase;
    this.cancel();
    this.#options.onFailure(openingFailure(error, phase, this.#options.origin.url));
  }

  #phaseDone(): number {
    const nowNs = this.#options.family.shared.clock.nowNs();
    const tookNs = nowNs - this.#phaseNs;
    this.#phaseNs = nowNs;
    return tookNs;
  }

  #dropSocket(): void {
    this.#socket?.removeAllListeners().on("error", ignore).destroy();
  }
}

/**
 * What stands for a name where the address is known. An address by itself makes Node put connecting off until the next
 * tick, which is a twentieth of what an open socket costs; with a name whose lookup answers at once it connects at once.
 */
const LOOKED_UP = "looked-up";

function answerWith(address: string): LookupFunction {
  const family = isIP(address);
  return (_name, _options, found) => found(null, address, family);
}

function ignore(): void {}
