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

  /** Calls back with the addresses in the order in which to try them; at once when they are known. */
  find(host: string, found: Found): void {
    const entry = this.#known.get(host);
    if (entry !== undefined && this.#clock.nowNs() < entry.untilNs) {
      return found(null, this.#order(entry));
    }
    if (isIP(host) !== 0) {
      const addresses = [host];
      this.#known.set(host, { addresses, failed: new Set(), untilNs: Number.POSITIVE_INFINITY });
      return found(null, addresses);
    }
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
