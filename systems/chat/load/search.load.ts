/**
 * Search: a hundred people at once look through a million messages, by 25 patterns whose answers are known; how many of
 * them come first is the relevance. Others say new words, which must be found and suggested; and a few look for what was
 * said in private channels, and must not find it.
 */
import {
  constantVus,
  counter,
  freshReads,
  loadTest,
  neverSucceeds,
  operation,
  rampingVus,
  rate,
  trend,
  type AuditContext,
  type Executor,
  type LoadTest,
  type OperationKind,
  type SetupContext,
  type Vu,
} from "holdfast";
import { answersOf, ARCHIVE_MESSAGES, queryOf } from "../archive/archive-messages.ts";
import { PATTERNS, READER, SECRETS, SUGGESTIONS, type Pattern } from "../archive/known-answers.ts";
import { ARCHIVE_PASSWORD } from "../archive/people.ts";
import { inTurns } from "../../in-turns.ts";
import { plateaus, spike } from "../../shapes.ts";
import { PRIVATE, SUGGESTED } from "../bugs/planted-bug.ts";
import { chatSystem } from "../system.ts";
import {
  as,
  drained,
  good,
  peek,
  personOf,
  settle,
  type Channel,
  type Person,
  type World,
} from "./chat.ts";

const PEOPLE = 100;
const CHANNELS = 10;
/** Five looks a second. */
const ARCHIVE_LOOKS_MAX = 3_000;
/** Said by a stranger to the private channel, so that there is something live to be kept private, too. */
const LIVE_SECRET = "whippoorwill";

/** A word that nobody has said before is said: from then on it must be suggested. */
const newWord: OperationKind = operation("new word");
/** What is suggested to whoever types it: itself, or nothing. */
const suggestion: OperationKind = operation("suggestion");
const SUGGESTS = "itself";

const parts = {
  metrics: {
    searches: counter(),
    search_duration: trend(),
    suggest_duration: trend(),
    /** Of the answers that a pattern has, the share that came first, in percent. */
    relevance: trend({}),
    /** Whether the word came that must. */
    suggestion_found: rate(),
  },
  setup: prepare,
};

interface Library extends World {
  /** Of the archive. */
  readonly reader: Person;
}

type Hands = Vu<typeof parts>;

export const search: LoadTest = loadTest({
  name: "search",
  system: chatSystem,
  ...parts,

  scenarios: {
    readers: {
      executor: constantVus({ vus: 100, duration: "30s" }),
      run: lookUp,
      thinkTime: { min: "50ms", max: "150ms" },
    },
    writers: {
      executor: constantVus({ vus: 5, duration: "30s" }),
      run: sayNewWord,
      thinkTime: { min: "50ms", max: "150ms" },
    },
    spies: {
      executor: constantVus({ vus: 2, duration: "30s" }),
      run: spy,
      thinkTime: { min: "100ms", max: "300ms" },
    },
  },

  // The writers and spies of the others are as many as here: it is the readers whose number matters.
  profiles: {
    smoke: {
      readers: constantVus({ vus: 10, duration: "4s" }),
      writers: constantVus({ vus: 2, duration: "4s" }),
      spies: constantVus({ vus: 2, duration: "4s" }),
    },
    load: beside(constantVus({ vus: 100, duration: "5m" }), "5m"),
    stress: beside(
      rampingVus({ stages: plateaus([100, 200, 300, 400], { ramp: "10s", hold: "30s" }) }),
      "160s",
    ),
    spike: beside(rampingVus({ stages: spike(50, 500) }), "34s"),
    soak: beside(constantVus({ vus: 50, duration: "30m" }), "30m"),
    scalability: beside(
      rampingVus({ stages: plateaus([25, 50, 100, 200, 400], { ramp: "2s", hold: "20s" }) }),
      "110s",
    ),
    breakpoint: beside(rampingVus({ stages: [{ duration: "10m", target: 1_000 }] }), "10m"),
  },

  thresholds: {
    search_duration: ["p(95)<500"],
    suggest_duration: ["p(95)<500"],
    relevance: ["avg>80"],
    suggestion_found: ["rate==1"],
    http_req_failed: ["rate<0.01", { threshold: "rate<0.1", abortOnFail: true }],
    checks: ["rate>0.99"],
  },

  breakdowns: [
    {
      title: "Search, by pattern",
      by: "pattern",
      columns: {
        searches: "count of searches",
        "relevance %": "avg of relevance",
        worst: "min of relevance",
        p50: "p(50) of search_duration",
        p95: "p(95) of search_duration",
      },
    },
  ],

  invariants: [
    neverSucceeds(peek, { name: PRIVATE }),
    freshReads({ write: newWord, read: suggestion, initial: null, name: SUGGESTED }),
  ],

  audit: lookForWords,
});

function beside(
  readers: Executor,
  duration: string,
): Readonly<Record<"readers" | "writers" | "spies", Executor>> {
  const writers = constantVus({ vus: 5, duration });
  return { readers, writers, spies: constantVus({ vus: 2, duration }) };
}

/** The archive, made now if no run has made it before; and a live secret in a private channel. */
async function prepare(context: SetupContext): Promise<Library> {
  const { http, log } = context;
  log(`${await archiveIn(context)} messages can be searched`);
  const world = await settle(context, { people: PEOPLE, channels: CHANNELS });
  const secret = world.channels.find(({ type }) => type === "private") as Channel;
  const owner = world.people[0] as Person;
  good(
    await http.post("/api/messages", {
      headers: as(owner),
      json: {
        channelId: secret.id,
        clientId: "secret",
        content: `the ${LIVE_SECRET} sings at night`,
      },
    }),
  );
  const credentials = { name: READER, password: ARCHIVE_PASSWORD };
  const signedIn = good(await http.post("/api/auth/signin", { json: credentials }));
  const { token, user } = signedIn.json<{ token: string; user: Person }>();
  return { ...world, reader: { ...user, token } };
}

/** How many messages can be searched once the archive is there. */
async function archiveIn({ http, sleep }: SetupContext): Promise<number> {
  good(await http.post("/api/seed/archive", { json: { messages: ARCHIVE_MESSAGES } }));
  for (let looks = 0; looks < ARCHIVE_LOOKS_MAX; looks++) {
    const answer = good(await http.get("/api/seed/archive"));
    const { archive, searchable } = answer.json<ArchiveView>();
    if (archive.state === "there") return searchable;
    if (archive.state === "failed")
      throw new Error(`the archive could not be made: ${archive.why}`);
    await sleep("200ms");
  }
  throw new Error(`the archive must be there within ${ARCHIVE_LOOKS_MAX / 5} s`);
}

interface ArchiveView {
  readonly archive: { readonly state: string; readonly why?: string };
  readonly searchable: number;
}

async function lookUp(hands: Hands): Promise<void> {
  const { random, vu } = hands;
  if (random.next() < 0.2) await askForSuggestions(hands, vu.iteration);
  else await askForPattern(hands, PATTERNS[vu.iterationInTest % PATTERNS.length] as Pattern);
}

async function askForPattern(
  { http, data, metrics, check }: Hands,
  pattern: Pattern,
): Promise<void> {
  const answers = answersTo(pattern);
  const query = { q: queryOf(pattern), limit: answers.size };
  const answer = await http.get("/api/search", { query, headers: as(data.reader), name: "search" });
  const tags = { pattern: pattern.name };
  metrics.searches.add(1, tags);
  metrics.search_duration.add(answer.timings.duration, tags);
  if (!check("search answers", answer.ok)) return;
  const { hits } = answer.json<{ hits: { id: number }[] }>();
  const right = hits.filter(({ id }) => answers.has(id)).length;
  metrics.relevance.add((100 * right) / answers.size, tags);
}

const known = new Map<Pattern, ReadonlySet<number>>();

function answersTo(pattern: Pattern): ReadonlySet<number> {
  const answers = known.get(pattern) ?? new Set(answersOf(pattern, ARCHIVE_MESSAGES));
  known.set(pattern, answers);
  return answers;
}

async function askForSuggestions(
  { http, data, metrics, check }: Hands,
  turn: number,
): Promise<void> {
  const [typed, word] = SUGGESTIONS[turn % SUGGESTIONS.length] as readonly [string, string];
  const options = { query: { q: typed }, headers: as(data.reader), name: "suggest" };
  const answer = await http.get("/api/search/suggest", options);
  metrics.suggest_duration.add(answer.timings.duration);
  if (!check("suggestions come", answer.ok)) return;
  metrics.suggestion_found.add(wordsIn(answer.text()).includes(word) ? 1 : 0);
}

/** Says a word that nobody has said before. */
async function sayNewWord({ http, data, random, vu, check }: Hands): Promise<void> {
  const word = newWordFrom(random.uuid());
  const open = data.channels.filter(({ type }) => type === "public");
  const { id: channelId } = open[random.integer(0, open.length - 1)] as Channel;
  const headers = as(personOf(data, vu.id));
  await http.post(`/api/channels/${channelId}/join`, { headers, name: "join" });
  const json = { channelId, clientId: word, content: `has anybody heard of ${word} yet` };
  const answer = await http.post("/api/messages", {
    json,
    headers,
    name: "send",
    operation: newWord.on(word, { id: word, value: SUGGESTS }),
  });
  check("a message is taken", answer.status === 201);
}

/** Looks for what he must not see: what was said where he is no member, in the archive and now. */
async function spy({ http, data, random, operation, vu }: Hands): Promise<void> {
  const isLive = random.next() < 0.5;
  const secret = SECRETS[random.integer(0, SECRETS.length - 1)] as Pattern;
  const word = isLive ? LIVE_SECRET : secret.query;
  const headers = as(isLive ? personOf(data, 1) : data.reader);
  const id = `spy ${vu.id}`;
  await operation(peek.on("search", { id }), async () => {
    const answer = await http.get("/api/search", { query: { q: word }, headers, name: "search" });
    if (!answer.ok) return answer;
    const { hits } = answer.json<{ hits: { content: string }[] }>();
    const seen = hits[0];
    return seen === undefined ? { outcome: "rejected" } : { outcome: "ok", result: seen.content };
  });
  await operation(peek.on("suggestions", { id }), async () => {
    const query = { q: word.slice(0, 6) };
    const answer = await http.get("/api/search/suggest", { query, headers, name: "suggest" });
    if (!answer.ok) return answer;
    const isSeen = wordsIn(answer.text()).includes(word);
    return isSeen ? { outcome: "ok", result: word } : { outcome: "rejected" };
  });
}

/** Every new word must be suggested to whoever types it. */
async function lookForWords(context: AuditContext<Library>): Promise<void> {
  await drained(context);
  const { http, observe, data } = context;
  const headers = as(data.reader);
  const open = data.channels.filter(({ type }) => type === "public");
  const perChannel = await inTurns(open, async ({ id }) => saidIn(http, id, headers));
  await inTurns(perChannel.flat(), async (word) => {
    const answer = good(await http.get("/api/search/suggest", { query: { q: word }, headers }));
    const isSuggested = wordsIn(answer.text()).includes(word);
    observe(suggestion.on(word, { id: "audit" }), isSuggested ? SUGGESTS : null);
  });
}

async function saidIn(
  http: AuditContext["http"],
  channelId: number,
  headers: Record<string, string>,
): Promise<string[]> {
  const words: string[] = [];
  for (let after: number | null = 0; after !== null;) {
    const query = { channelId, after, limit: 1_000 };
    const answer = good(await http.get("/api/messages", { query, headers }));
    const page = answer.json<{ messages: { clientId: string }[]; next: number | null }>();
    words.push(...page.messages.map(({ clientId }) => clientId));
    after = page.next;
  }
  return words;
}

function wordsIn(answer: string): string[] {
  const { suggestions } = JSON.parse(answer) as { suggestions: { word: string }[] };
  return suggestions.map(({ word }) => word);
}

/** Letters only, so that it is one word to everybody. */
function newWordFrom(uuid: string): string {
  const letters = uuid.replaceAll("-", "").slice(0, 20);
  return `q${letters.replaceAll(/\d/g, (digit) => "ghijklmnop"[Number(digit)] as string)}`;
}
