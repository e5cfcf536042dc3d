/**
 * Which names mean that what they hold is nobody's business: of headers, of fields in a body, of options. What a run
 * stores is sent around and looked at; a secret that was never written cannot leak from there.
 */

/** `Authorization`, `x-api-key`, `refresh_token`, `clientSecret`, `PASSWORD`. */
const SECRET_NAME =
  /authorization|cookie|token|secret|passw(?:or)?d|passphrase|api[-_]?key|credential/i;

/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";

/** True for names that are known for secrets, and for those in `more`, in any case. */
export function isSecretName(name: string, more: readonly string[] = []): boolean {
  if (SECRET_NAME.test(name)) return true;
  const lower = name.toLowerCase();
  return more.some((one) => one.toLowerCase() === lower);
}
