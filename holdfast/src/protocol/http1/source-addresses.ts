/**
 * Where connections to this very machine come from once the kernel has no port left for them. Between one source address
 * and one target port there are some 28,000 of them; but the whole of 127.0.0.0/8 is this machine, so each further
 * address is as many more.
 *
 * Source and port are handed out here, both: bound to an address alone, a socket would have the kernel search for a port
 * when it is bound, before it knows the target, and with many connections closed a moment ago that search takes a
 * millisecond each time.
 */
import type { Random } from "../../base/random.ts";
import { SOURCE_HOSTS, SOURCE_PORT_MAX, SOURCE_PORT_MIN } from "./limits.ts";

export interface Source {
  readonly localAddress: string;
  readonly localPort: number;
}

const LOOPBACK = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const PORTS: number = SOURCE_PORT_MAX - SOURCE_PORT_MIN + 1;
const ALL: number = SOURCE_HOSTS * PORTS;

export class SourceAddresses {
  readonly #random: Random;
  /** Undefined as long as the kernel finds ports by itself. */
  #next: number | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** For a connection to this address; undefined where the kernel shall choose. */
  take(address: string): Source | undefined {
    if (this.#next === undefined || !LOOPBACK.test(address)) return undefined;
    const at = this.#next;
    this.#next = (at + 1) % ALL;
    const host = Math.floor(at / PORTS);
    return { localAddress: `127.0.0.${2 + host}`, localPort: SOURCE_PORT_MIN + (at % PORTS) };
  }

  /**
   * A connection to this address could not be opened. True when another source may help: the kernel has run out of
   * ports, or the pair that was handed out is somebody's. Threads begin at different places, by chance.
   */
  mayHelp(address: string, error: NodeJS.ErrnoException): boolean {
    if (error.code !== "EADDRNOTAVAIL" && error.code !== "EADDRINUSE") return false;
    if (!LOOPBACK.test(address)) return false;
    this.#next ??= this.#random.integer(0, ALL - 1);
    return true;
  }
}
