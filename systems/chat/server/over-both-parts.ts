/** For tests: runs the same tests over embedded and over real parts, the latter skipped where servers are missing. */
import { afterAll, beforeAll, describe } from "vitest";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { startTestChat, type TestChat } from "./chat-for-tests.ts";

/** `chat()` gives the chat, one for all tests of the body: let each test use people and channels of its own. */
export function overBothParts(subject: string, body: (chat: () => TestChat) => void): void {
  for (const parts of ["embedded", "real"] as const) {
    const reason = parts === "real" ? skipReason() : undefined;
    const title = `${subject}, over ${parts} parts`;
    describe.skipIf(reason !== undefined)(titled(title, reason), () => {
      let chat: TestChat;
      beforeAll(async () => {
        chat = await startTestChat({ parts });
      });
      afterAll(() => chat[Symbol.asyncDispose]());
      body(() => chat);
    });
  }
}
