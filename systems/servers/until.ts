/** For tests that look at other processes, of which one can only ask again. */
const LOOKS_MAX = 2_000;
const BETWEEN_LOOKS_MS = 10;

/** Resolves once it holds; rejects when it does not within 20 s. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
  }
  throw new Error(`it never came true that ${what}`);
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
