/**
 * A command line as one reads it: words`wrk -t1 -c${100} ${url}`. Split at blanks; what is put in stays within its word,
 * blanks and all, and a list becomes words of its own. No shell is involved.
 */
export function words(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | readonly string[])[]
): string[] {
  const out: string[] = [];
  let word: string | undefined;
  const close = (): void => {
    if (word !== undefined) out.push(word);
    word = undefined;
  };
  for (const [index, text] of strings.entries()) {
    for (const part of text.split(/(\s+)/)) {
      if (part.trim() !== "") word = (word ?? "") + part;
      else if (part !== "") close();
    }
    const value = values[index];
    if (typeof value === "object") out.push(...value);
    else if (value !== undefined) word = (word ?? "") + String(value);
  }
  close();
  return out;
}
