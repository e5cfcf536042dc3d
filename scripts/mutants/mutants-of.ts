/**
 * All the small mistakes that could have been made in a checker: a condition forgotten, a bound off by one or on the
 * wrong side, an earliest taken for a latest. What only chooses words is left alone: a test of the verdict need not see it.
 */
import { parseSync } from "oxc-parser";

export interface Mutant {
  /** Where in the source, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly line: number;
  /** `a < b` became `a <= b`. */
  readonly says: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const BOUNDS: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
};
const SWAPPED: Readonly<Record<string, string>> = {
  "Math.min": "Math.max",
  "Math.max": "Math.min",
  "Number.POSITIVE_INFINITY": "Number.NEGATIVE_INFINITY",
  "Number.NEGATIVE_INFINITY": "Number.POSITIVE_INFINITY",
};

/** In the order of the source. Throws when the source cannot be parsed. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const mutants: Mutant[] = [];
  const add = (node: Node, replacement: string): void => {
    const before = source.slice(node.start, node.end);
    mutants.push({
      start: node.start,
      end: node.end,
      replacement,
      line: source.slice(0, node.start).split("\n").length,
      says: `\`${short(before)}\` became \`${short(replacement)}\``,
    });
  };
  visit(program as unknown as Node, (node) => mutate(node, source, add));
  return mutants.sort((a, b) => a.start - b.start);
}

function mutate(node: Node, source: string, add: (node: Node, text: string) => void): void {
  const text = (part: unknown): string => {
    const { start, end } = part as Node;
    return source.slice(start, end);
  };
  switch (node.type) {
    case "BinaryExpression": {
      const other = BOUNDS[node["operator"] as string];
      if (other !== undefined) add(node, `${text(node["left"])} ${other} ${text(node["right"])}`);
      return;
    }
    case "LogicalExpression":
      if (node["operator"] === "??") return;
      add(node, text(node["left"]));
      add(node, text(node["right"]));
      return;
    case "IfStatement":
      add(node["test"] as Node, "false");
      return;
    case "MemberExpression": {
      const other = SWAPPED[text(node)];
      if (other !== undefined) add(node, other);
      return;
    }
    default:
  }
}

/** Depth first; does not enter what only makes words: texts, and choices between texts. */
function visit(node: Node, meet: (node: Node) => void): void {
  if (node.type === "TemplateLiteral" || node.type.startsWith("TS") || choosesWords(node)) return;
  meet(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, meet);
    }
  }
}

function choosesWords(node: Node): boolean {
  if (node.type !== "ConditionalExpression") return false;
  return [node["consequent"], node["alternate"]].some(
    (part) =>
      isNode(part) && (part.type === "TemplateLiteral" || typeof part["value"] === "string"),
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= 70 ? line : `${line.slice(0, 69)}…`;
}
