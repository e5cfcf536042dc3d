/** What all connections of one engine thread share, so that each of them stays small. */
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { MetricSink, Recorder } from "../../record/recorder.ts";
import { Slabs } from "../http2/slabs.ts";
import { Accounting } from "./accounting.ts";
import { Addresses } from "./addresses.ts";
import { Deadlines } from "./deadlines.ts";
import { Inbox } from "./inbox.ts";
import { INBOX_BYTES, READ_BUFFER_BYTES } from "./limits.ts";
import type { Session } from "./session.ts";
import { Origins } from "./origin.ts";
import { Outbox } from "./outbox.ts";
import type { RawLog } from "./raw-log.ts";
import { ResponseParser } from "./parser.ts";
import { ReadBuffer } from "./read-buffer.ts";

export class Shared {
  readonly clock: Clock;
  readonly metrics: MetricSink;
  readonly random: Random;
  readonly origins: Origins = new Origins();
  readonly accounting: Accounting;
  readonly deadlines: Deadlines;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  /** The kernel writes every answer here; what is to outlive the callback must be copied within it. */
  readonly readBuffer: ReadBuffer = new ReadBuffer(READ_BUFFER_BYTES, INBOX_BYTES);
  readonly addresses: Addresses;
  readonly slabs: Slabs = new Slabs();
  /** Those with connections of their own, to be closed with the transport. */
  readonly sessions: Set<Session> = new Set();
  readonly #idleParsers: ResponseParser[] = [];

  constructor(recorder: Recorder, random: Random, raw?: RawLog) {
    this.clock = recorder.clock;
    this.metrics = recorder.metrics;
    this.random = random;
    this.accounting = new Accounting(recorder, raw);
    this.addresses = new Addresses(recorder.clock, random);
    this.deadlines = new Deadlines(recorder.clock);
    this.inbox = new Inbox(recorder.clock, this.readBuffer);
    this.outbox = new Outbox(recorder.clock);
  }

  borrowParser(): ResponseParser {
    return this.#idleParsers.pop() ?? new ResponseParser(this.readBuffer);
  }

  giveBackParser(parser: ResponseParser): void {
    this.#idleParsers.push(parser);
  }
}
