/** All clients of one thread that have the same options: what they share besides the thread's own. */
import type { SecureContext } from "node:tls";
import { nodeTls } from "../../base/node.ts";
import type { Tags } from "../../record/metric.ts";
import { DefaultHeaders } from "./default-headers.ts";
import type { TlsMeans } from "./dial.ts";
import { TAG_SETS_REMEMBERED } from "./limits.ts";
import type { Origin } from "./origin.ts";
import { openPool, type Pool } from "./pool.ts";
import { Routes } from "./routes.ts";
import type { HttpSettings, TlsSettings } from "./settings.ts";
import type { Shared } from "./shared.ts";

export class ClientFamily {
  readonly shared: Shared;
  readonly settings: HttpSettings;
  readonly baseUrl: string | undefined;
  readonly defaults: DefaultHeaders;
  readonly tls: TlsMeans;
  /** Pools of `pool: "shared"`; empty where every virtual user has its own. */
  readonly #pools = new Map<Origin, Pool>();
  readonly #routes = new Map<string, Routes>();
  readonly #routesByTags = new WeakMap<Tags, Routes>();

  constructor(shared: Shared, settings: HttpSettings, baseUrl: string | undefined) {
    this.shared = shared;
    this.settings = settings;
    this.baseUrl = baseUrl;
    this.defaults = new DefaultHeaders(settings.headers);
    this.tls = tlsMeans(settings.tls);
  }

  sharedPool(origin: Origin): Pool {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = openPool(origin, this);
      this.#pools.set(origin, pool);
    }
    return pool;
  }

  /** One for all clients whose tags are equal, whether or not they are the same object. */
  routes(tags: Tags): Routes {
    let routes = this.#routesByTags.get(tags);
    if (routes === undefined) {
      const key = JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
      routes = this.#routes.get(key);
      if (routes === undefined) {
        routes = new Routes(this, tags);
        if (this.#routes.size < TAG_SETS_REMEMBERED) this.#routes.set(key, routes);
      }
      this.#routesByTags.set(tags, routes);
    }
    return routes;
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }
}

function tlsMeans(settings: TlsSettings): TlsMeans {
  let made: SecureContext | undefined;
  const { ca, cert, key } = settings;
  return {
    settings,
    sessions: new Map(),
    context: () => (made ??= nodeTls().createSecureContext({ ca, cert, key })),
  };
}
