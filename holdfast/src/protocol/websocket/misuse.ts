/** The author used a socket in a way that has no meaning: one line with path, what was expected, what was got. */
import { got } from "../../base/errors.ts";

/** `ws connect: options.protocols must be …, got …`; `where` is the call. */
export function misuse(where: string, path: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${where}: ${path} must be ${expected}, got ${got(value)}`);
}
