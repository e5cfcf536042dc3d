/**
 * Names to addresses, asked once and remembered. A host may have several: each connection begins with one of them by
 * chance, so that load spreads, and goes on to the others when nobody listens there; an address that failed is tried
 * last until it has worked again (`localhost` is often two, of which a server listens on one).
 */
import { lookup, type LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { DNS_CACHE_NS } from "./limits.ts";
import { SourceAddresses } from "./source-addresses.ts";

type Found = (error: NodeJS.ErrnoException | null, addresses: readonly string[]) => void;

interface Entry {
  readonly addresses: readonly string[];
  readonly failed: Set<string>;
  readonly untilNs: number;
}

export class Addresses {
  readonly #clock: Clock;
  readonly #random: Random;
  /** Where connections come from. */
  readonly sources: SourceAddresses;
  readonly #known = new Map<string, Entry>();
  readonly #asked = new Map<string, Found[]>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.sources = new SourceAddresses(random);
  }

  /** The addresses in the order in which to try them; undefined when the host must be looked up first. */
  known(host: string): readonly string[] | undefined {
    const entry = this.#known.get(host);
    if (entry !== undefined) {
      const { untilNs } = entry;
      const good = untilNs === Number.POSITIVE_INFINITY || this.#clock.nowNs() < untilNs;
      return good ? this.#order(entry) : undefined;
    }
    if (isIP(host) === 0) return undefined;
    const addresses = [host];
    this.#known.set(host, { addresses, failed: new Set(), untilNs: Number.POSITIVE_INFINITY });
    return addresses;
  }

  /** Calls back with the same, once they are known. */
  lookUp(host: string, found: Found): void {
    const asked = this.#asked.get(host);
    if (asked !== undefined) {
      asked.push(found);
      return;
    }
    this.#asked.set(host, [found]);
    lookup(host, { all: true }, (error, addresses) => this.#answered(host, error, addresses));
  }

  worked(host: string, address: string): void {
    this.#known.get(host)?.failed.delete(address);
  }

  failed(host: string, address: string): void {
    this.#known.get(host)?.failed.add(address);
  }

  #answered(
    host: string,
    error: NodeJS.ErrnoException | null,
    addresses: readonly LookupAddress[] = [],
  ): void {
    const entry: Entry = {
      addresses: addresses.map(({ address }) => address),
      failed: new Set(),
      untilNs: this.#clock.nowNs() + DNS_CACHE_NS,
    };
    if (error === null) this.#known.set(host, entry);
    const waiting = this.#asked.get(host) ?? [];
    this.#asked.delete(host);
    for (const found of waiting) found(error, error === null ? this.#order(entry) : []);
  }

  #order({ addresses, failed }: Entry): readonly string[] {
    if (addresses.length === 1) return addresses;
    const good = addresses.filter((address) => !failed.has(address));
    const first = good.length < 2 ? 0 : this.#random.integer(0, good.length - 1);
    const bad = addresses.filter((address) => failed.has(address));
    return [...good.slice(first), ...good.slice(0, first), ...bad];
  }
}
