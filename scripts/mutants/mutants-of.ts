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
  readonly mistake: Mistake;
}

/** `left` and `right` are what is left of `left && right`; `never` stands for a condition that never holds. */
export type Mistake =
  | (Operands & { readonly kind: "bound" | "left" | "right" })
  | { readonly kind: "never" | "swapped" };

interface Operands {
  readonly operator: string;
  readonly left: Range;
  readonly right: Range;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

interface Node extends Range {
  readonly type: string;
  readonly [field: string]: unknown;
}

type Add = (node: Node, replacement: string, mistake: Mistake) => void;

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
  const add: Add = ({ start, end }, replacement, mistake) => {
    const before = source.slice(start, end);
    const line = source.slice(0, start).split("\n").length;
    const says = `\`${short(before)}\` became \`${short(replacement)}\``;
    mutants.push({ start, end, replacement, line, says, mistake });
  };
  visit(program as unknown as Node, (node) => mutate(node, source, add));
  return mutants.sort((a, b) => a.start - b.start);
}

function mutate(node: Node, source: string, add: Add): void {
  switch (node.type) {
    case "BinaryExpression": {
      const operands = operandsOf(node);
      const other = BOUNDS[operands.operator];
      if (other === undefined) return;
      const [left, right] = [textOf(operands.left, source), textOf(operands.right, source)];
      add(node, `${left} ${other} ${right}`, { kind: "bound", ...operands });
      return;
    }
    case "LogicalExpression": {
      const operands = operandsOf(node);
      if (operands.operator === "??") return;
      add(node, textOf(operands.left, source), { kind: "left", ...operands });
      add(node, textOf(operands.right, source), { kind: "right", ...operands });
      return;
    }
    case "IfStatement":
      add(node["test"] as Node, "false", { kind: "never" });
      return;
    case "MemberExpression": {
      const other = SWAPPED[textOf(node, source)];
      if (other !== undefined) add(node, other, { kind: "swapped" });
      return;
    }
    default:
  }
}

function operandsOf(node: Node): Operands {
  const range = (field: string): Range => {
    const { start, end } = node[field] as Node;
    return { start, end };
  };
  return { operator: node["operator"] as string, left: range("left"), right: range("right") };
}

export function textOf({ start, end }: Range, source: string): string {
  return source.slice(start, end);
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
