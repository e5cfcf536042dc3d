/** What the server counts of itself, as Prometheus reads it. */
import type { Reserved } from "./parts/reservation.ts";

export type OrderAnswer = Reserved["answer"] | "rate-limited";

export class Metrics {
  readonly #orders = new Map<OrderAnswer, number>();
  #batches = 0;
  #inserted = 0;
  #redelivered = 0;
  #crashes = 0;
  #failures = 0;

  order(answer: OrderAnswer): void {
    this.#orders.set(answer, (this.#orders.get(answer) ?? 0) + 1);
  }

  batch(read: number, inserted: number): void {
    this.#batches += 1;
    this.#inserted += inserted;
    this.#redelivered += read - inserted;
  }

  workerCrashed(): void {
    this.#crashes += 1;
  }

  workerFailed(): void {
    this.#failures += 1;
  }

  /** The exposition format, version 0.0.4. */
  text(waiting: number): string {
    const orders = [...this.#orders].map(
      ([answer, count]) => `flash_sale_orders_total{answer="${answer}"} ${count}`,
    );
    return [
      ...family("flash_sale_orders_total", "counter", "Orders answered, by answer.", orders),
      ...single(
        "flash_sale_worker_batches_total",
        "counter",
        "Batches brought to the database.",
        this.#batches,
      ),
      ...single(
        "flash_sale_worker_orders_total",
        "counter",
        "Orders inserted into the database.",
        this.#inserted,
      ),
      ...single(
        "flash_sale_worker_repeats_total",
        "counter",
        "Log entries that changed nothing: delivered before, or of an earlier sale.",
        this.#redelivered,
      ),
      ...single(
        "flash_sale_worker_crashes_total",
        "counter",
        "Planned crashes of a worker.",
        this.#crashes,
      ),
      ...single(
        "flash_sale_worker_failures_total",
        "counter",
        "Workers lost to an error.",
        this.#failures,
      ),
      ...single("flash_sale_log_waiting", "gauge", "Log entries not yet acknowledged.", waiting),
      ...single(
        "process_resident_memory_bytes",
        "gauge",
        "Memory of the server's process.",
        process.memoryUsage.rss(),
      ),
      "",
    ].join("\n");
  }
}

function single(name: string, type: string, help: string, value: number): string[] {
  return family(name, type, help, [`${name} ${value}`]);
}

function family(name: string, type: string, help: string, samples: readonly string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}
