/** The live segment, and an archive if there is one, searched as one. */
import { DatabaseSync } from "node:sqlite";
import { SEARCH_CANDIDATES_MAX } from "../limits.ts";
import { best } from "./rank.ts";
import type { Hit, SearchRequest, Suggestion } from "./search-index.ts";
import { SEGMENT_INDEXES, SEGMENT_SCHEMA, SqliteSegment } from "./segment-sqlite.ts";

export class TwoSegments {
  readonly live: SqliteSegment;
  #archive: SqliteSegment | undefined;

  constructor() {
    const database = new DatabaseSync(":memory:");
    database.exec(SEGMENT_SCHEMA + SEGMENT_INDEXES);
    this.live = new SqliteSegment(database);
  }

  attach(archivePath: string): void {
    this.#archive = new SqliteSegment(new DatabaseSync(archivePath, { readOnly: true }));
  }

  messages(): number {
    return this.#all().reduce((sum, segment) => sum + segment.messages, 0);
  }

  /** Whatever is live is newer than the archive, so the newest are those of the live segment first. */
  search(request: SearchRequest): Hit[] {
    const candidates = this.live.newest(request, SEARCH_CANDIDATES_MAX);
    const room = SEARCH_CANDIDATES_MAX - candidates.length;
    if (room > 0) candidates.push(...(this.#archive?.newest(request, room) ?? []));
    const ranked = best(candidates, request.terms, {
      messages: this.messages(),
      messagesWith: (word) => this.#all().reduce((sum, one) => sum + one.messagesWith(word), 0),
      limit: request.limit,
    });
    return ranked.map(({ candidate, score }) => ({ ...candidate, score }));
  }

  /** A word that is in both counts in both; one that is frequent in neither may be missed, as in any index of parts. */
  suggest(beginning: string, limit: number): Suggestion[] {
    const sums = new Map<string, number>();
    for (const segment of this.#all()) {
      for (const { word } of segment.suggest(beginning, limit)) sums.set(word, 0);
    }
    for (const word of sums.keys()) {
      const sum = this.#all().reduce((total, segment) => total + segment.messagesWith(word), 0);
      sums.set(word, sum);
    }
    const words = [...sums].map(([word, messages]) => ({ word, messages }));
    words.sort((a, b) => b.messages - a.messages || (a.word < b.word ? -1 : 1));
    return words.slice(0, limit);
  }

  #all(): SqliteSegment[] {
    return this.#archive === undefined ? [this.live] : [this.live, this.#archive];
  }
}
