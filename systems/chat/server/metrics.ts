/** What the server counts of itself, as Prometheus reads it. */
import type { Appended } from "./parts/store.ts";

type MessageAnswer = Appended["answer"];

/** What is counted elsewhere, at the moment of asking. */
export interface Gauges {
  readonly sockets: number;
  readonly cutOff: number;
  readonly messagesWaiting: number;
  readonly searchWaiting: number;
  readonly filesWaiting: number;
}

export class Metrics {
  readonly #messages = new Map<MessageAnswer, number>();
  #uploads = 0;
  #uploadBytes = 0;
  #searches = 0;

  message(answer: MessageAnswer): void {
    this.#messages.set(answer, (this.#messages.get(answer) ?? 0) + 1);
  }

  upload(bytes: number): void {
    this.#uploads += 1;
    this.#uploadBytes += bytes;
  }

  search(): void {
    this.#searches += 1;
  }

  /** The exposition format, version 0.0.4. */
  text(gauges: Gauges): string {
    const messages = [...this.#messages].map(
      ([answer, count]) => `chat_messages_total{answer="${answer}"} ${count}`,
    );
    const rss = process.memoryUsage.rss();
    return [
      ...family("chat_messages_total", "counter", "Messages answered, by answer.", messages),
      ...single("chat_uploads_total", "counter", "Files taken.", this.#uploads),
      ...single("chat_upload_bytes_total", "counter", "Bytes of files taken.", this.#uploadBytes),
      ...single("chat_searches_total", "counter", "Searches answered.", this.#searches),
      ...single("chat_sockets", "gauge", "Clients connected.", gauges.sockets),
      ...single("chat_slow_clients_total", "counter", "Clients cut off, unread.", gauges.cutOff),
      ...single("chat_messages_waiting", "gauge", "Not yet stored.", gauges.messagesWaiting),
      ...single("chat_search_waiting", "gauge", "Not yet to be found.", gauges.searchWaiting),
      ...single("chat_files_waiting", "gauge", "Not yet looked through.", gauges.filesWaiting),
      ...single("process_resident_memory_bytes", "gauge", "Memory of the server's process.", rss),
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
