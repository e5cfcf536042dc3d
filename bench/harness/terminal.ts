/** What the bench says: results on standard output, progress on standard error. */

/** A line of progress. */
export function note(line: string): void {
  process.stderr.write(`  ${line}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
