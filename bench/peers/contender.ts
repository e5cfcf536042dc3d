/** A client that can be measured beside others: another tool, the C floor, or Holdfast. */
import type { Command } from "../harness/child.ts";
import type { Latency } from "./parse.ts";

/** What a client is asked to do: POST orders over keep-alive connections, each as fast as it is answered. */
export interface Job {
  origin: string;
  port: number;
  connections: number;
  seconds: number;
}

export interface Contender {
  readonly name: string;
  /** Why it cannot be measured here; undefined when it can. */
  readonly lacking: string | undefined;
  readonly command: (job: Job) => Command;
}

/** The same at a fixed rate, over at most so many connections. */
export interface RateJob extends Job {
  rate: number;
}

export interface RateContender {
  readonly name: string;
  readonly lacking: string | undefined;
  readonly command: (job: RateJob) => Command;
  /** What it says of its own run; throws when its output is not understood, or tells of failures. */
  readonly read: (output: string, job: RateJob) => RateReport;
}

export interface RateReport {
  /** As the tool reports it: from the intended start, if it knows one. */
  latency: Latency;
  /** From the actual start; undefined where a tool does not tell the two apart. */
  service?: Latency;
  /** Actual start minus intended. */
  lateness?: Latency;
}
