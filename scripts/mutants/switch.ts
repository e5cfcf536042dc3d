/** Which mutant is on, of all that are built into the loaded checkers; and, in a traced run, which would have mattered. */

/** A live binding: the checkers read it wherever a mutant of theirs begins. */
export let on: number | undefined;

const noted = new Set<number>();

export function turnOn(mutant: number | undefined): void {
  on = mutant;
}

/** The mutants that mattered since the last call. */
export function takeNoted(): number[] {
  const taken = [...noted];
  noted.clear();
  return taken;
}

export function reached(mutant: number): void {
  noted.add(mutant);
}

export function reachedWith<T>(mutant: number, value: T): T {
  noted.add(mutant);
  return value;
}

/** The value of `left operator right`; matters where the two are equal, the only place where the bound moves. */
export function bound(mutant: number, operator: string, left: number, right: number): boolean {
  const less = left < right;
  const more = left > right;
  if (less === more) noted.add(mutant);
  switch (operator) {
    case "<":
      return less;
    case ">":
      return more;
    case "<=":
      return left <= right;
    default:
      return left >= right;
  }
}

/** A condition that the mutant takes to be false. */
export function taken<T>(mutant: number, condition: T): T {
  if (condition) noted.add(mutant);
  return condition;
}

/** The right side of `&&` or `||`, evaluated although the mutant would have stopped at the left one. */
export function decides<T>(mutant: number, operator: string, right: T): T {
  if (operator === "&&" ? right !== true : Boolean(right)) noted.add(mutant);
  return right;
}

/** The left side of `&&` or `||`; where it alone decides, the mutant asks the right side, if that can be asked safely. */
export function stops<T>(mutant: number, operator: string, left: T, right?: () => unknown): T {
  if (operator === "&&" ? !left : Boolean(left)) {
    if (right === undefined || !isSame(left, right)) noted.add(mutant);
  }
  return left;
}

function isSame(left: unknown, right: () => unknown): boolean {
  try {
    return Object.is(left, right());
  } catch {
    return false;
  }
}
