/** An archive is brought in once; whoever asks for the same one again gets what the first one got. */
import { RequestProblem } from "../../../http/request-problem.ts";

export function once(
  attach: (messages: number) => Promise<void>,
): (messages: number) => Promise<void> {
  let attached: { messages: number; done: Promise<void> } | undefined;
  return async (messages) => {
    attached ??= { messages, done: attach(messages) };
    if (attached.messages !== messages) {
      throw new RequestProblem(
        409,
        "archive-there",
        `messages must be ${attached.messages}, as many as the archive that is there has, got ${messages}`,
      );
    }
    try {
      await attached.done;
    } catch (error) {
      attached = undefined;
      throw error;
    }
  };
}
