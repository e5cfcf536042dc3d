/**
 * PostgreSQL's own way in for very many rows: `COPY … FROM STDIN`, a row to a line. `pg` speaks the protocol and leaves
 * the asking to whoever needs it; this asks.
 */
import { once } from "node:events";
import type { Connection, PoolClient, Submittable } from "pg";

/** Characters that mean something in a COPY line. */
const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};
/** Lines go out in pieces of about this size. */
const PIECE_CHARS = 64 * 1024;

/** `target` is a table with its columns. Resolves when all rows are in; the transaction is the caller's. */
export async function copyInto(
  client: PoolClient,
  target: string,
  rows: Iterable<readonly (string | number | boolean)[]>,
): Promise<void> {
  const copy = new CopyIn(`COPY ${target} FROM STDIN`, rows);
  client.query(copy);
  await copy.done;
}

/** What `pg` has for this, and its types do not tell. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** The methods are called by `pg`, by these names. */
class CopyIn implements Submittable {
  readonly done: Promise<void>;
  readonly #sql: string;
  readonly #rows: Iterable<readonly (string | number | boolean)[]>;
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;
  #failed = false;

  constructor(sql: string, rows: Iterable<readonly (string | number | boolean)[]>) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.#sql = sql;
    this.#rows = rows;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    connection.query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#send(connection).catch((error: Error) => {
      connection.sendCopyFail(error.message);
    });
  }

  handleError(error: Error): void {
    this.#failed = true;
    this.#reject(error);
  }

  handleCommandComplete(): void {
    // Whether it holds is said by what comes last.
  }

  handleReadyForQuery(): void {
    if (!this.#failed) this.#resolve();
  }

  async #send(connection: CopyConnection): Promise<void> {
    let piece = "";
    const flush = async (): Promise<void> => {
      connection.sendCopyFromChunk(Buffer.from(piece));
      piece = "";
      if (connection.stream.writableNeedDrain) await once(connection.stream, "drain");
    };
    for (const row of this.#rows) {
      if (this.#failed) return;
      piece += `${row.map(cell).join("\t")}\n`;
      if (piece.length >= PIECE_CHARS) await flush();
    }
    await flush();
    connection.endCopyFrom();
  }
}

function cell(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  return value.replaceAll(SPECIAL, (character) => ESCAPED[character] as string);
}
