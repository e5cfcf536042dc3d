/**
 * Uploads: a hundred at once, of 100 KB to 50 MB, streamed up, looked through, and some of them fetched again and
 * compared. Many share a name, as photos do. In the end every file on the server's disk must be what was sent.
 */
import {
  acknowledgedIsStored,
  constantArrivalRate,
  constantVus,
  counter,
  loadTest,
  operation,
  rampingArrivalRate,
  rate,
  trend,
  type AuditContext,
  type Executor,
  type LoadTest,
  type OperationKind,
  type RampingArrivalRate,
  type SetupContext,
  type Vu,
} from "holdfast";
import { inTurns } from "../../in-turns.ts";
import { plateaus, spike } from "../../shapes.ts";
import { WHOLE } from "../bugs/planted-bug.ts";
import { chatSystem } from "../system.ts";
import { as, drained, good, personOf, settle, type Channel, type World } from "./chat.ts";
import { contentOf, isContent, SIZES, type Content, type Size } from "./upload-content.ts";

const PEOPLE = 100;
/** So many names for all files of a size. */
const NAMES = 2;
const DOWNLOADED_SHARE = 0.1;
const PROCESSING_LOOKS_MAX = 500;

/** Its result is the checksum that the server answered. */
const upload: OperationKind = operation("upload", {
  result: (answer) => answer.json<{ file: StoredFile }>().file.sha256,
});

interface StoredFile {
  readonly id: number;
  readonly clientId: string;
  readonly sha256: string;
  readonly status: string;
}

const parts = {
  metrics: {
    /** Megabits a second of one upload, from its first byte to the answer. */
    upload_mbits: trend({}),
    uploads_done: counter(),
    upload_duration: trend(),
    upload_ready: trend(),
    upload_failed: rate(),
    download_mbits: trend({}),
  },
  setup: (context: SetupContext): Promise<World> =>
    settle(context, { people: PEOPLE, channels: 1, privateEvery: Infinity }),
};

type Hands = Vu<typeof parts>;

export const uploads: LoadTest = loadTest({
  name: "uploads",
  system: chatSystem,
  ...parts,

  scenarios: {
    people: { executor: constantVus({ vus: 100, duration: "20s" }), run: sendFile },
  },

  // Whatever is uploaded stays until it was compared, 3 MB on average: the longer a profile, the less it sends at a time.
  profiles: {
    smoke: { people: constantVus({ vus: 10, duration: "3s" }) },
    load: {
      people: constantArrivalRate({ rate: "10/s", duration: "5m", preAllocatedVus: 100 }),
    },
    stress: { people: arriving(plateaus(["10/s", "20/s", "30/s"], { ramp: "5s", hold: "20s" })) },
    spike: { people: arriving(spike("2/s", "50/s")) },
    soak: {
      people: constantArrivalRate({ rate: "2/s", duration: "30m", preAllocatedVus: 100 }),
    },
    scalability: {
      people: arriving(plateaus(["5/s", "10/s", "20/s", "40/s"], { ramp: "2s", hold: "15s" })),
    },
    breakpoint: { people: arriving([{ duration: "2m", target: "100/s" }]) },
  },

  thresholds: {
    "http_req_duration{name:upload}": ["p(95)<5000"],
    upload_failed: ["rate<0.01", { threshold: "rate<0.1", abortOnFail: true }],
    checks: ["rate==1"],
  },

  breakdowns: [
    {
      title: "Uploads, by size",
      by: "size",
      columns: {
        uploads: "count of uploads_done",
        failed: "rate of upload_failed",
        p50: "p(50) of upload_duration",
        p95: "p(95) of upload_duration",
        "Mbit/s up": "p(50) of upload_mbits",
        "ready after": "p(95) of upload_ready",
        "Mbit/s down": "p(50) of download_mbits",
      },
    },
  ],

  invariants: [acknowledgedIsStored(upload, { name: WHOLE })],

  audit: compareAll,
});

function arriving(stages: RampingArrivalRate["stages"]): Executor {
  return rampingArrivalRate({ stages, preAllocatedVus: 100 });
}

async function sendFile(hands: Hands): Promise<void> {
  const { http, data, vu, random, metrics, check } = hands;
  const size = sizeFor(random.next());
  const content = contentOf(size, random.uuid());
  const headers = as(personOf(data, vu.id));
  const { id: channelId } = data.channels[0] as Channel;
  const answer = await http.post(
    `/api/files/upload?channelId=${channelId}&clientId=${content.id}`,
    {
      name: "upload",
      headers,
      tags: { size: size.name },
      multipart: [
        {
          name: "file",
          filename: `${size.name.replace(" ", "")}-${random.integer(1, NAMES)}.bin`,
          contentType: "application/octet-stream",
          value: content.stream(),
        },
      ],
      timeout: "60s",
      operation: upload.on("", { id: content.id }),
    },
  );
  const tags = { size: size.name };
  metrics.upload_failed.add(answer.ok ? 0 : 1, tags);
  if (!answer.ok) return;
  metrics.uploads_done.add(1, tags);
  metrics.upload_duration.add(answer.timings.duration, tags);
  metrics.upload_mbits.add(mbits(size.bytes, answer.timings.duration), tags);
  const { file } = answer.json<{ file: StoredFile }>();
  check("the checksum is that of what was sent", file.sha256 === content.sha256);
  check("the file is looked through", await isReady(hands, file.id, size));
  if (random.next() < DOWNLOADED_SHARE) await fetchAgain(hands, file.id, content);
}

async function isReady(
  { http, data, vu, sleep, metrics }: Hands,
  id: number,
  size: Size,
): Promise<boolean> {
  const headers = as(personOf(data, vu.id));
  const beganMs = performance.now();
  for (let looks = 0; looks < PROCESSING_LOOKS_MAX; looks++) {
    const answer = await http.get(`/api/files/${id}`, { name: "status", headers });
    if (!answer.ok) return false;
    const { status } = answer.json<{ file: StoredFile }>().file;
    if (status !== "processing") {
      metrics.upload_ready.add(performance.now() - beganMs, { size: size.name });
      return status === "ready";
    }
    await sleep("20ms");
  }
  return false;
}

async function fetchAgain(
  { http, data, vu, check, metrics }: Hands,
  id: number,
  content: Content,
): Promise<void> {
  const { size } = content;
  const answer = await http.get(`/api/files/${id}/content`, {
    name: "download",
    headers: as(personOf(data, vu.id)),
    tags: { size: size.name },
    timeout: "60s",
  });
  const isSame = answer.ok && isContent(answer.bytes(), content);
  check("what comes down is what went up", isSame);
  if (isSame)
    metrics.download_mbits.add(mbits(size.bytes, answer.timings.duration), { size: size.name });
}

async function compareAll(context: AuditContext<World>): Promise<void> {
  await drained(context);
  const { http, observe, data, log } = context;
  const { id: channelId } = data.channels[0] as Channel;
  const headers = as(personOf(data, 0));
  let compared = 0;
  for (let after: number | null = 0; after !== null;) {
    const query = { channelId, after, limit: 1_000 };
    const answer = good(await http.get("/api/files", { query, headers }));
    const page = answer.json<{ files: StoredFile[]; next: number | null }>();
    await inTurns(page.files, async ({ id, clientId }) => {
      const disk = good(await http.get(`/api/files/${id}/checksum`, { headers, timeout: "60s" }));
      observe(upload.on("", { id: clientId }), disk.json<StoredFile>().sha256);
      compared += 1;
    });
    after = page.next;
  }
  log(`${compared} files were read again from the server's disk`);
}

function sizeFor(chance: number): Size {
  let share = 0;
  for (const size of SIZES) {
    share += size.share;
    if (chance < share) return size;
  }
  return SIZES[0] as Size;
}

function mbits(bytes: number, ms: number): number {
  return (bytes * 8) / 1_000 / ms;
}
