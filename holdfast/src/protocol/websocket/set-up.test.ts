import { describe, expect, test } from "vitest";
import { open, type Opened, serveEcho } from "./testing/fixture.ts";

const COMING = { phase: "setup", uncounted: true, settingUp: true } as const;
const READY = { phase: "load", uncounted: false, settingUp: false } as const;
const GONE = { phase: "setup", uncounted: true, settingUp: false } as const;

/** A virtual user in its `vuSetup`. */
function settingUp(url: string): Opened {
  const vu = open(url);
  Object.assign(vu.actor, COMING);
  return vu;
}

function counts({ recorder }: Opened): Record<string, number> {
  const names = recorder.samples.map(({ metric }) => metric);
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => [name, names.filter((one) => one === name).length]),
  );
}

describe("a socket that vuSetup opened", () => {
  test("is a session of its time and bytes, but what is said over it then is no sample", async () => {
    await using server = await serveEcho();
    await using vu = settingUp(server.url);
    const socket = await vu.ws.connect("/");
    await socket.ask("hello", { answer: () => true, id: "1" });
    expect(counts(vu)).toEqual({
      data_received: 2,
      data_sent: 2,
      ws_connecting: 1,
      ws_sessions: 1,
    });
  });

  test("ends as a session that counts, however late its virtual user leaves", async () => {
    await using server = await serveEcho();
    await using vu = settingUp(server.url);
    const socket = await vu.ws.connect("/");
    Object.assign(vu.actor, READY);
    await socket.ask("hello", { answer: () => true });
    Object.assign(vu.actor, GONE);
    await vu.sockets.close();
    expect(counts(vu)).toMatchObject({
      ws_msgs_sent: 1,
      ws_msgs_received: 1,
      ws_sessions: 1,
      ws_session_duration: 1,
    });
  });

  test("and that is refused is one error and no session; cut off by the end of the run, it is none", async () => {
    await using server = await serveEcho({ verifyClient: () => false });
    await using vu = settingUp(server.url);
    const refused = await vu.ws.connect("/");
    expect([refused.isOpen, refused.status]).toEqual([false, 401]);
    expect(counts(vu)).toMatchObject({ ws_errors: 1 });
    const late = vu.ws.connect("/");
    Object.assign(vu.actor, GONE);
    await vu.sockets.close();
    expect((await late).isOpen).toBe(false);
    expect(counts(vu)).toMatchObject({ ws_errors: 1 });
    expect(counts(vu)).not.toHaveProperty("ws_sessions");
  });
});

test("a socket opened by vuTeardown is in no metric", async () => {
  await using server = await serveEcho();
  await using vu = open(server.url);
  Object.assign(vu.actor, GONE);
  const socket = await vu.ws.connect("/");
  await socket.ask("bye", { answer: () => true });
  await socket.close();
  expect(counts(vu)).toEqual({});
});
