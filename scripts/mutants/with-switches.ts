/**
 * One source with all its mutants in it: each sleeps until it is switched on, so that a process that has loaded the
 * checkers once can try them all. The traced form has none, but notes where each would have made a difference: what no
 * test's run notes, no test can kill.
 *
 *     a < b   switched   (on === 7 ? (a <= b) : a < b)
 *             traced     bound(7, "<", a, b)
 */
import type { Mutant, Range } from "./mutants-of.ts";

export type Form = "switched" | "traced";

interface Site extends Range {
  readonly mutants: { readonly id: number; readonly mutant: Mutant }[];
  readonly inner: Site[];
}

const SWITCH = new URL("switch.ts", import.meta.url).href;
const IMPORTS = `import * as mutants from ${JSON.stringify(SWITCH)};`;

/** The mutants are numbered from `firstId` on. Lines stay where they were. */
export function withSwitches(
  source: string,
  mutants: readonly Mutant[],
  firstId: number,
  form: Form,
): string {
  const sites = sitesOf(mutants, firstId);
  const wrap = form === "switched" ? switched : traced;
  const text = ({ start, end }: Range, within: readonly Site[]): string => {
    let written = "";
    let at = start;
    for (const site of within) {
      if (site.start < start || site.end > end) continue;
      const inside = (range: Range): string => text(range, site.inner);
      written += source.slice(at, site.start) + wrap(site, source, inside);
      at = site.end;
    }
    return written + source.slice(at, end);
  };
  return `${IMPORTS} ${text({ start: 0, end: source.length }, sites)}`;
}

/** Expressions nest, so their sites do; mutants of one expression share a site. */
function sitesOf(mutants: readonly Mutant[], firstId: number): Site[] {
  const all: Site[] = [];
  mutants.forEach((mutant, index) => {
    const { start, end } = mutant;
    let site = all.find((other) => other.start === start && other.end === end);
    if (site === undefined) all.push((site = { start, end, mutants: [], inner: [] }));
    site.mutants.push({ id: firstId + index, mutant });
  });
  all.sort((a, b) => a.start - b.start || b.end - a.end);
  const outermost: Site[] = [];
  const open: Site[] = [];
  for (const site of all) {
    while (open.length > 0 && (open.at(-1) as Site).end <= site.start) open.pop();
    (open.at(-1)?.inner ?? outermost).push(site);
    open.push(site);
  }
  return outermost;
}

type Inside = (range: Range) => string;

function switched(site: Site, _source: string, inside: Inside): string {
  const choices = site.mutants.map(
    ({ id, mutant }) => `mutants.on === ${id} ? (${mutant.replacement}) : `,
  );
  return `(${choices.join("")}${inside(site)})`;
}

function traced(site: Site, source: string, inside: Inside): string {
  let text = operandsTraced(site, source, inside);
  for (const { id, mutant } of site.mutants) {
    if (mutant.mistake.kind === "never") text = `mutants.taken(${id}, ${text})`;
    if (mutant.mistake.kind === "swapped") text = `mutants.reachedWith(${id}, ${text})`;
  }
  return text;
}

function operandsTraced(site: Site, source: string, inside: Inside): string {
  for (const { id, mutant } of site.mutants) {
    const { mistake } = mutant;
    if (!("operator" in mistake)) continue;
    const { operator } = mistake;
    const [left, right] = [inside(mistake.left), inside(mistake.right)];
    const quoted = JSON.stringify(operator);
    if (mistake.kind === "bound") {
      return operator.endsWith("==")
        ? `(mutants.reached(${id}), ${left} ${operator} ${right})`
        : `mutants.bound(${id}, ${quoted}, ${left}, ${right})`;
    }
    const rightId = site.mutants.find((other) => other.mutant.mistake.kind === "right")?.id;
    const asked = source.slice(mistake.right.start, mistake.right.end);
    // What calls something might change something, so it is not asked twice.
    const ask = /[(]|await|\+\+|--/.test(asked) ? "" : `, () => ${asked}`;
    return (
      `(mutants.stops(${rightId}, ${quoted}, ${left}${ask})` +
      ` ${operator} mutants.decides(${id}, ${quoted}, ${right}))`
    );
  }
  return inside(site);
}
