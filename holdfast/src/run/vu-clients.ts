/** All that a virtual user talks by. One object for each of them, so it holds next to nothing but the client. */
import type { Http } from "../protocol/http.ts";
import type { HttpClient } from "../protocol/http1/client.ts";
import type { StartingLine } from "../protocol/http1/starting-line.ts";
import type { Start, StartOptions } from "../protocol/race.ts";
import type { Tags } from "../record/metric.ts";
import type { Actor } from "../record/recorder.ts";

export class VuClients {
  readonly http: HttpClient;
  #line: StartingLine | undefined;

  constructor(http: HttpClient) {
    this.http = http;
  }

  tagged(tags: Tags): Http {
    return this.http.tagged(tags);
  }

  start(actors: readonly Actor[], options: StartOptions): Start {
    this.#line ??= this.http.startingLine();
    return this.#line.start(actors, options);
  }

  close(): Promise<void> {
    this.#line?.close();
    return this.http.close();
  }
}
