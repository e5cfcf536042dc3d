/** Writes an archive into one SQLite file: people, channels, messages, and the index over them. */
import { renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { SEGMENT_INDEXES, SEGMENT_SCHEMA } from "../server/search/segment-sqlite.ts";
import { suggestedWords } from "../server/search/words.ts";
import { archiveMessages, type ArchiveSize } from "./archive-messages.ts";
import { CHANNELS, channelName, isPrivate, membersOf, userName, USERS } from "./people.ts";

const PEOPLE_SCHEMA = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, display_name TEXT, password TEXT);
  CREATE TABLE channels (
    id INTEGER PRIMARY KEY, name TEXT, type TEXT, description TEXT, owner_id INTEGER, seq INTEGER
  );
  CREATE TABLE members (channel_id INTEGER, user_id INTEGER, PRIMARY KEY (channel_id, user_id)) WITHOUT ROWID;
`;

/** Nothing is flushed before the end: a file that was not finished never gets its name. `password`: everybody's. */
export function buildArchive(path: string, size: ArchiveSize, password: string): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  rmSync(unfinished, { force: true });
  const database = new DatabaseSync(unfinished);
  database.exec(
    `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;`,
  );
  database.exec(SEGMENT_SCHEMA + PEOPLE_SCHEMA);
  database.exec("BEGIN");
  const seqs = writeMessages(database, size);
  writePeople(database, seqs, password);
  database.exec(SEGMENT_INDEXES);
  database.exec("INSERT INTO found (found) VALUES ('rebuild'); COMMIT;");
  database.close();
  renameSync(unfinished, path);
}

/** Gives the last sequence number of each channel. */
function writeMessages(database: DatabaseSync, size: ArchiveSize): Uint32Array {
  const insert = database.prepare(`INSERT INTO messages
    (id, channel_id, seq, author_id, type, content, private, created_at_ms) VALUES (?, ?, ?, ?, 'text', ?, ?, ?)`);
  const seqs = new Uint32Array(CHANNELS + 1);
  const publicMessages = new Map<string, number>();
  for (const message of archiveMessages(size)) {
    const { id, channelId, authorId, content, createdAtMs } = message;
    const seq = (seqs[channelId] ?? 0) + 1;
    seqs[channelId] = seq;
    insert.run(id, channelId, seq, authorId, content, message.isPrivate ? 1 : 0, createdAtMs);
    if (message.isPrivate) continue;
    for (const word of suggestedWords(content)) {
      publicMessages.set(word, (publicMessages.get(word) ?? 0) + 1);
    }
  }
  const addWord = database.prepare("INSERT INTO words (word, messages) VALUES (?, ?)");
  for (const [word, messages] of publicMessages) addWord.run(word, messages);
  return seqs;
}

function writePeople(database: DatabaseSync, seqs: Uint32Array, password: string): void {
  const addUser = database.prepare("INSERT INTO users VALUES (?, ?, ?, ?)");
  for (let id = 1; id <= USERS; id++) addUser.run(id, userName(id), userName(id), password);
  const addChannel = database.prepare("INSERT INTO channels VALUES (?, ?, ?, ?, ?, ?)");
  const addMember = database.prepare("INSERT INTO members VALUES (?, ?)");
  for (let id = 1; id <= CHANNELS; id++) {
    const type = isPrivate(id) ? "private" : "public";
    addChannel.run(id, channelName(id), type, "of the archive", 1, seqs[id] ?? 0);
    if (isPrivate(id)) for (const userId of membersOf(id)) addMember.run(id, userId);
  }
}
