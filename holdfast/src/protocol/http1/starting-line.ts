/**
 * The racers of one virtual user: clients that are kept from race to race, so that their connections are warm, and the
 * gate at which the first request of each is held back.
 *
 *     racer 0  ──lead──┤ held          ├─end──── answer ──
 *     racer 1  ──lead────┤ held        ├─end────── answer ──
 *     racer 2  ────lead────┤ held      ├─end──── answer ──
 *                          ready, head start, release
 *
 * HTTP/1.1 needs a connection for each, and the ends leave in a loop of one-byte writes. HTTP/2 needs one for all, and
 * the ends leave in one write: no network can pull them apart.
 */
import { NS_PER_MS } from "../../base/units.ts";
import type { Actor } from "../../record/recorder.ts";
import type { Http } from "../http.ts";
import type { RaceFigures, Start, StartOptions } from "../race.ts";
import type { Exchange } from "./exchange.ts";
import { type Gathering, HeldBack } from "./held-back.ts";
import { ARRIVAL_NS_MAX } from "./limits.ts";
import { overlapMax } from "./overlap.ts";
import { Session } from "./session.ts";

export class StartingLine {
  readonly #session: Session;
  readonly #clientOf: (racer: Session) => Http;
  readonly #racers: Session[] = [];

  constructor(session: Session, clientOf: (racer: Session) => Http) {
    this.#session = session;
    this.#clientOf = clientOf;
  }

  /** One racer for each actor. At most one race of a line at a time. */
  start(actors: readonly Actor[], options: StartOptions): Start {
    const { family, jar } = this.#session;
    const racers = actors.map((actor, index) => {
      const racer = (this.#racers[index] ??= new Session(family, actor, this.#racers[0] ?? "own"));
      racer.actor = actor;
      racer.jar ??= jar;
      return racer;
    });
    return new HeldStart(racers, racers.map(this.#clientOf), options);
  }

  close(): void {
    for (const racer of this.#racers) racer.close();
  }
}

class HeldStart implements Start {
  readonly clients: readonly Http[];
  readonly ready: Promise<void>;
  readonly #racers: readonly Session[];
  readonly #options: StartOptions;
  readonly #held: HeldBack[] = [];
  readonly #releasedNs: number[] = [];
  /** Racers of which nothing more is expected before the release. */
  readonly #settled = new Set<number>();
  #resolve: () => void = () => undefined;
  #released = false;

  constructor(racers: readonly Session[], clients: readonly Http[], options: StartOptions) {
    this.#racers = racers;
    this.clients = clients;
    this.#options = options;
    this.ready = new Promise((resolve) => (this.#resolve = resolve));
    racers.forEach((racer, index) => {
      racer.gate = (exchange) => this.#take(racer, index, exchange);
    });
  }

  leave(racer: number): void {
    const session = this.#racers[racer];
    if (session !== undefined) session.gate = undefined;
    this.#settle(racer);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#letGo(this.#held);
  }

  figures(): RaceFigures {
    const ran = this.#held.filter(({ isSent }) => isSent);
    const spansNs = ran.map(({ exchange }) => ({
      key: exchange.operation?.key ?? "",
      fromNs: exchange.startNs,
      toNs: exchange.endNs,
    }));
    return {
      released: ran.length,
      spreadMs: spreadOf(this.#releasedNs) / NS_PER_MS,
      overlap: overlapMax(spansNs),
      serverSpreadMs: this.#serverSpreadMs(ran),
    };
  }

  /** Only a racer's first request is part of the race. */
  #take(racer: Session, index: number, exchange: Exchange): void {
    racer.gate = undefined;
    if (this.#released) return;
    const held: HeldBack = new HeldBack(exchange, this.#options.hold, () => {
      if (this.#released) this.#letGo([held]);
      else this.#settle(index);
    });
    this.#held.push(held);
  }

  #settle(racer: number): void {
    this.#settled.add(racer);
    if (this.#settled.size < this.#racers.length) return;
    const { clock } = this.#shared;
    const gathering = this.#held.find((held) => held.gathering !== undefined)?.gathering;
    if (gathering === undefined) {
      clock.at(clock.nowNs() + this.#options.headStartNs, this.#resolve);
      return;
    }
    // A server may leave a question open for ever; the race goes on without its answer.
    const cancel = clock.at(clock.nowNs() + ARRIVAL_NS_MAX, this.#resolve);
    gathering.arrived(() => {
      cancel();
      this.#resolve();
    });
  }

  /** First nothing but the writes, then the book-keeping. */
  #letGo(all: readonly HeldBack[]): void {
    const { clock } = this.#shared;
    const gatherings = new Set<Gathering>();
    const released: HeldBack[] = [];
    const atNs: number[] = [];
    for (const held of all) {
      const nowNs = clock.nowNs();
      if (!held.release()) continue;
      released.push(held);
      atNs.push(nowNs);
      if (held.gathering !== undefined) gatherings.add(held.gathering);
    }
    const gatheredNs = clock.nowNs();
    for (const gathering of gatherings) gathering.flush();
    const sentNs = clock.nowNs();
    released.forEach((held, index) => {
      const gathered = held.gathering !== undefined;
      const fromNs = gathered ? gatheredNs : (atNs[index] as number);
      this.#releasedNs.push(fromNs);
      held.settle(fromNs, gathered ? sentNs : (atNs[index + 1] ?? gatheredNs));
    });
  }

  #serverSpreadMs(ran: readonly HeldBack[]): number | undefined {
    const { serverTime } = this.#options;
    if (serverTime === undefined) return undefined;
    const times = ran
      .map(({ exchange }) => Number.parseFloat(exchange.response?.header(serverTime) ?? ""))
      .filter((time) => Number.isFinite(time));
    return times.length < 2 ? undefined : spreadOf(times);
  }

  get #shared(): Session["family"]["shared"] {
    return (this.#racers[0] as Session).family.shared;
  }
}

function spreadOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}
