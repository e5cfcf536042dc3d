/**
 * One race: every racer's function is called, the first request of each is held back just before its end, and when all
 * are there they are let go together.
 *
 *     act × n ── all held back, or done ── head start ── (the others of the same name) ── release ── act × n end
 *
 * A racer that ends without a request is not waited for; one that never sends any holds the race until the iteration is
 * cut off, and then everybody is let go.
 */
import { durationNs } from "../base/units.ts";
import type { Tags } from "../record/metric.ts";
import type { Phase } from "../record/operation.ts";
import type { Actor } from "../record/recorder.ts";
import type { Race, RaceOptions, RaceOutcome, Racer, StartOptions } from "../scenario/race.ts";
import { HEAD_START_NS, RACERS_MAX } from "./limits.ts";
import { performOperation } from "./perform-operation.ts";
import type { TagScope } from "./tag-scope.ts";
import type { VirtualUser } from "./virtual-user.ts";

/** Waits for the others of this name; `go` is called in the very moment in which all are let go. */
export type Meet = (name: string, parties: number | undefined, go: () => void) => Promise<void>;

/** The races of one virtual user, whose racers are the same from race to race. */
export class Races {
  readonly #user: VirtualUser;
  readonly #scope: TagScope;
  readonly #meet: Meet;
  readonly #actors: Actor[] = [];

  constructor(user: VirtualUser, scope: TagScope, meet: Meet) {
    this.#user = user;
    this.#scope = scope;
    this.#meet = meet;
  }

  /** Rejects with what the first racer's function threw, once all are done. */
  readonly run: Race = async <T>(
    racers: number,
    act: (racer: Racer) => Promise<T>,
    options: RaceOptions = {},
  ): Promise<RaceOutcome<T>> => {
    const settings = settingsOf(racers, options);
    const actors = this.#actorsFor(racers);
    const start = this.#user.clients().start(actors, settings);
    const runs = actors.map(async (actor, index) => {
      try {
        return await act(this.#racer(index, actor, start.clients[index] as Racer["http"]));
      } finally {
        start.leave(index);
      }
    });
    const ended = Promise.allSettled(runs);
    await start.ready;
    const { together, parties } = options;
    if (together !== undefined) {
      await this.#meet(`race ${together}`, parties, () => start.release());
    }
    start.release();
    await ended;
    const figures = start.figures();
    if (racers > 1 && !this.#user.uncounted) this.#scope.addRace(figures);
    return { ...figures, results: await Promise.all(runs) };
  };

  #racer(index: number, actor: Actor, http: Racer["http"]): Racer {
    const { recorder } = this.#user.host;
    return {
      index,
      http,
      operation: (start, act) => performOperation(recorder, actor, start, act),
    };
  }

  #actorsFor(racers: number): Actor[] {
    while (this.#actors.length < racers) {
      this.#actors.push(new RacerActor(this.#user, this.#scope.tags));
    }
    return this.#actors.slice(0, racers);
  }
}

/** A process of its own, in all else the virtual user. */
class RacerActor implements Actor {
  process: number;
  intendedNs: number = Number.NaN;
  readonly tags: Tags;
  readonly #user: VirtualUser;

  constructor(user: VirtualUser, tags: Tags) {
    this.#user = user;
    this.tags = tags;
    this.process = user.host.recorder.operations.newProcess();
  }

  get phase(): Phase {
    return this.#user.phase;
  }

  get uncounted(): boolean {
    return this.#user.uncounted;
  }
}

function settingsOf(racers: number, options: RaceOptions): StartOptions {
  if (!(Number.isInteger(racers) && racers >= 1 && racers <= RACERS_MAX)) {
    throw new RangeError(`racers must be a whole number from 1 to ${RACERS_MAX}, got ${racers}`);
  }
  const { hold = "last-byte", headStart, serverTime } = options;
  if (hold !== "last-byte" && hold !== "head") {
    throw new TypeError(`race hold must be "last-byte" or "head", got ${JSON.stringify(hold)}`);
  }
  const headStartNs = headStart === undefined ? HEAD_START_NS : durationNs(headStart);
  return { hold, headStartNs, serverTime };
}
