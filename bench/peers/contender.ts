/** A client that can be measured beside others: another tool, the C floor, or Holdfast. */
import type { Command } from "../harness/child.ts";

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
