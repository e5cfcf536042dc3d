/**
 * Holdfast's own HTTP/1.1 on Node's sockets. Generating load is what this project is for, and every layer that a
 * general client has above the socket costs more than the kernel's own work; so there is one shared read buffer, one
 * write per request, a parser that works in place, and nothing else on the way.
 *
 * One transport per engine thread. `client` makes a virtual user's own; connections are opened at the first request.
 */
import type { Random } from "../../base/random.ts";
import type { Actor, Recorder } from "../../record/recorder.ts";
import type { HttpClientOptions } from "../http.ts";
import { ClientFamily } from "./client-family.ts";
import { Http1Client, type HttpClient } from "./client.ts";
import type { RawLog } from "./raw-log.ts";
import { Session } from "./session.ts";
import { resolveHttpOptions } from "./settings.ts";
import { Shared } from "./shared.ts";

export interface HttpHost {
  readonly recorder: Recorder;
  /** What relative URLs stand on; undefined when only absolute ones make sense. */
  readonly baseUrl: string | undefined;
  /** The defaults of every client. */
  readonly options: HttpClientOptions;
  readonly random: Random;
  /** Takes requests and answers as they were; undefined where nobody will look at them. */
  readonly raw?: RawLog | undefined;
}

export interface HttpTransport extends AsyncDisposable {
  /** A client for one actor; `options` are laid over the host's. Throws a ProblemsError for options that are wrong. */
  client(actor: Actor, options?: HttpClientOptions): HttpClient;
  /** Drops every connection of every client. */
  close(): Promise<void>;
}

/** Throws a ProblemsError that lists everything wrong with the options. */
export function openHttp(host: HttpHost): HttpTransport {
  return new Http1Transport(host);
}

class Http1Transport implements HttpTransport {
  readonly #host: HttpHost;
  readonly #shared: Shared;
  readonly #family: ClientFamily;
  readonly #families = new WeakMap<HttpClientOptions, ClientFamily>();
  readonly #allFamilies: ClientFamily[] = [];

  constructor(host: HttpHost) {
    this.#host = host;
    this.#shared = new Shared(host.recorder, host.random, host.raw);
    this.#family = this.#open(host.options);
  }

  client(actor: Actor, options?: HttpClientOptions): HttpClient {
    const family = options === undefined ? this.#family : this.#familyOf(options);
    return new Http1Client(new Session(family, actor), family.routes(actor.tags));
  }

  close(): Promise<void> {
    for (const session of this.#shared.sessions) session.close();
    for (const family of this.#allFamilies) family.close();
    this.#shared.deadlines.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #familyOf(options: HttpClientOptions): ClientFamily {
    let family = this.#families.get(options);
    if (family === undefined) {
      family = this.#open({ ...this.#host.options, ...options });
      this.#families.set(options, family);
    }
    return family;
  }

  #open(options: HttpClientOptions): ClientFamily {
    const family = new ClientFamily(this.#shared, resolveHttpOptions(options), this.#host.baseUrl);
    this.#allFamilies.push(family);
    return family;
  }
}
