/** `holdfast doctor`: one line a subject. What is missing is no error, unless a run needs it. */
import { EXIT } from "../base/errors.ts";
import { diagnose } from "../run/doctor.ts";
import type { CommandAction } from "./commands.ts";

const MARK = { good: "✓", low: "!", missing: "–" } as const;

export const doctorCommand: CommandAction = async (host, _args, options) => {
  const lines = diagnose(host.env);
  if (options["json"] === true) host.out.write(`${JSON.stringify(lines)}\n`);
  else {
    for (const { subject, state, says } of lines) {
      host.out.write(`${MARK[state]} ${subject.padEnd(13)} ${says}\n`);
    }
  }
  return EXIT.pass;
};
