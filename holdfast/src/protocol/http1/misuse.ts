/** The author used the client in a way that has no meaning: one line with path, what was expected, what was got. */
import { got } from "../../base/errors.ts";

/** `http POST: headers.x-key must be text without line breaks, got …`; `where` is the method or the call. */
export function misuse(where: string, path: string, expected: string, value: unknown): TypeError {
  return new TypeError(`http ${where}: ${path} must be ${expected}, got ${got(value)}`);
}
