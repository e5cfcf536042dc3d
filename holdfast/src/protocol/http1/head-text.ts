/** Reads single headers out of the text of a head, without taking the whole apart. */

/** First value of a header, without the space around it; undefined when absent. `lowerName` is in lower case. */
export function headerOf(head: string, lowerName: string): string | undefined {
  for (const [name, value] of headersOf(head)) if (name === lowerName) return value;
  return undefined;
}

/** Every value of a header, in order. */
export function headerValues(head: string, lowerName: string): string[] {
  const values: string[] = [];
  for (const [name, value] of headersOf(head)) if (name === lowerName) values.push(value);
  return values;
}

/** All headers by lower-case name; those that came more than once as a list. */
export function allHeaders(head: string): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of headersOf(head)) {
    const before = all[name];
    if (before === undefined) all[name] = value;
    else if (typeof before === "string") all[name] = [before, value];
    else before.push(value);
  }
  return all;
}

/** The parser has made sure that every line after the first is `name: value` and ends in CR LF. */
function* headersOf(head: string): Generator<readonly [string, string]> {
  let start = head.indexOf("\r\n") + 2;
  for (;;) {
    const end = head.indexOf("\r\n", start);
    if (end <= start) return;
    const colon = head.indexOf(":", start);
    yield [head.slice(start, colon).toLowerCase(), head.slice(colon + 1, end).trim()];
    start = end + 2;
  }
}
