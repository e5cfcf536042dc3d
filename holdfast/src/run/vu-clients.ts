/** All that a virtual user talks by. One object for each of them, so it holds nothing but the client. */
import type { Http } from "../protocol/http.ts";
import type { HttpClient } from "../protocol/http1/client.ts";
import type { Tags } from "../record/metric.ts";

export class VuClients {
  readonly http: HttpClient;

  constructor(http: HttpClient) {
    this.http = http;
  }

  tagged(tags: Tags): Http {
    return this.http.tagged(tags);
  }

  close(): Promise<void> {
    return this.http.close();
  }
}
