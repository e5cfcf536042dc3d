/** Which of several exit codes says more: a run has one only, and so has a command that runs several. */
import { EXIT, type ExitCode } from "../base/errors.ts";

/** First the codes that leave nothing to judge, then a proof, then what makes numbers void, then the numbers. */
export const WORST_FIRST: readonly ExitCode[] = [
  EXIT.badInput,
  EXIT.scriptThrew,
  EXIT.targetUnreachable,
  EXIT.stoppedFromOutside,
  EXIT.invariantViolated,
  EXIT.generatorBottleneck,
  EXIT.thresholdCrossed,
  EXIT.verdictUnknown,
  EXIT.pass,
];

/** The worst of these; 0 when there is none. */
export function worstExit(...codes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.pass;
}
