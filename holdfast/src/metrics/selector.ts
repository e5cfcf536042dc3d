/**
 * Which samples are meant: a metric, and tags that they must carry, in k6's notation
 * `http_req_duration{name:order,status:200}`. Samples with more tags than these are meant too.
 */
import type { Tags } from "../record/metric.ts";

export interface Selector {
  readonly metric: string;
  /** None: all samples of the metric. */
  readonly tags: Tags;
}

export type ParsedSelector = { selector: Selector } | { problem: string };

/** A tag's value may hold anything but `,` and `}`; quotes around it are dropped. */
export function parseSelector(text: string): ParsedSelector {
  const match = /^([^{}\s]+)(?:\{(.*)\})?$/.exec(text.trim());
  if (match === null) {
    return { problem: 'must be a metric, or one with tags such as "http_reqs{name:order}"' };
  }
  const [, metric, list] = match as unknown as [string, string, string | undefined];
  if (list === undefined) return { selector: { metric, tags: {} } };
  const tags: Record<string, string> = {};
  for (const pair of list.split(",")) {
    const colon = pair.indexOf(":");
    const name = pair.slice(0, colon).trim();
    if (colon < 0 || name === "") {
      return { problem: `must name each tag as tag:value, not "${pair.trim()}"` };
    }
    tags[name] = pair
      .slice(colon + 1)
      .trim()
      .replace(/^(["'])(.*)\1$/, "$2");
  }
  return { selector: { metric, tags } };
}

/** The notation again, tags in the order they were given. */
export function formatSelector({ metric, tags }: Selector): string {
  const list = Object.entries(tags).map(([name, value]) => `${name}:${value}`);
  return list.length === 0 ? metric : `${metric}{${list.join(",")}}`;
}

export function carriesAll(tags: Tags, wanted: Tags): boolean {
  return Object.entries(wanted).every(([name, value]) => tags[name] === value);
}
