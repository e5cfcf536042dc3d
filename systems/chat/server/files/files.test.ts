/** Files, up and down. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { overBothParts } from "../over-both-parts.ts";
import { rangeOf } from "./range.ts";

const MIB = 1024 * 1024;

overBothParts("files", (chat) => {
  test("a file comes back byte by byte, whole and in part, with its checksum and what kind it is", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    const content = bytes(MIB, 1);
    content.set([0x89, 0x50, 0x4e, 0x47]);
    const { status, body } = await ada!.upload(channelId, "cat.png", content);
    expect([status, body.file.bytes, body.file.sha256]).toEqual([202, MIB, sha256(content)]);
    await chat().drained();
    const path = `/api/files/${body.file.id}`;
    expect((await ada!.get(path)).body.file).toMatchObject({
      status: "ready",
      kind: "image/png",
      name: "cat.png",
    });
    const down = async (range?: string) => {
      const headers: Record<string, string> = { authorization: `Bearer ${ada!.token}` };
      if (range !== undefined) headers["range"] = range;
      const answer = await fetch(`${chat().url}${path}/content`, { headers });
      return {
        status: answer.status,
        headers: answer.headers,
        bytes: new Uint8Array(await answer.arrayBuffer()),
      };
    };
    const whole = await down();
    expect([whole.status, sha256(whole.bytes)]).toEqual([200, sha256(content)]);
    const part = await down("bytes=100-199");
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 100-199/${MIB}`]);
    expect(part.bytes).toEqual(content.subarray(100, 200));
    expect((await down(`bytes=${MIB}-`)).status).toBe(416);
  });

  test("20 uploads at once under the same name are 20 files, each its own", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    const contents = Array.from({ length: 20 }, (_, i) => bytes(200_000 + i, i));
    const answers = await Promise.all(
      contents.map((one) => ada!.upload(channelId, "same.bin", one)),
    );
    for (const [i, { body }] of answers.entries()) {
      expect(body.file.sha256).toBe(sha256(contents[i]!));
      const stored = await fetch(`${chat().url}/api/files/${body.file.id}/content`, {
        headers: { authorization: `Bearer ${ada!.token}` },
      });
      expect(sha256(new Uint8Array(await stored.arrayBuffer()))).toBe(sha256(contents[i]!));
    }
  });

  test("a file of 50 MiB and one byte is too large and leaves nothing; no file, or no form, is said so", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    const tooLarge = await ada!.upload(channelId, "big", new Uint8Array(50 * MIB + 1));
    expect([tooLarge.status, tooLarge.body.message]).toEqual([
      413,
      "the file must be at most 50 MiB",
    ]);
    const headers = { authorization: `Bearer ${ada!.token}` };
    const to = `${chat().url}/api/files/upload?channelId=${channelId}`;
    const empty = await fetch(to, { method: "POST", headers, body: new FormData() });
    expect([empty.status, await empty.json()]).toMatchObject([400, {}]);
    const noForm = await ada!.post(`/api/files/upload?channelId=${channelId}`, { file: 1 });
    expect([noForm.status, noForm.body.message]).toEqual([
      400,
      "content-type must be multipart/form-data",
    ]);
  });

  test("what lies in a private channel is brought and fetched by its members only", async () => {
    const [ada, eve] = await chat().crowd(2);
    const channelId = await ada!.channel("private");
    const { id } = (await ada!.upload(channelId, "plan.txt", bytes(1_000, 3))).body.file;
    const asked = [
      await eve!.get(`/api/files/${id}`),
      await eve!.get(`/api/files/${id}/content`),
      await eve!.upload(channelId, "x", bytes(10, 1)),
    ];
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await eve!.get("/api/files/999999")).status).toBe(404);
  });
});

describe("a range", () => {
  test.each([
    [undefined, { start: 0, end: 99 }],
    ["bytes=0-", { start: 0, end: 99 }],
    ["bytes=10-19", { start: 10, end: 19 }],
    ["bytes=90-200", { start: 90, end: 99 }],
    ["bytes=-10", { start: 90, end: 99 }],
    ["bytes=-200", { start: 0, end: 99 }],
    ["lines=1-2", { start: 0, end: 99 }],
    ["bytes=100-", undefined],
    ["bytes=20-10", undefined],
    ["bytes=-0", undefined],
  ])("%s of 100 bytes is %j", (header, range) => {
    expect(rangeOf(header, 100)).toEqual(range);
  });
});

function bytes(count: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count }, (_, i) => (i * 31 + seed * 17 + (i >> 8)) & 255);
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
