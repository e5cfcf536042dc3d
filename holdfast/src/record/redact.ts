/**
 * Takes the secrets out of a request or an answer before it is stored: the values of headers, of JSON fields at any
 * depth, of form fields, of parts of a multipart body and of query parameters whose names mean a secret. It works on
 * text, not on parsed bodies: a text may be cut anywhere, and what is left of it must still not tell.
 */
import { isSecretName, REDACTED } from "./secrets.ts";

const HEAD_END = "\r\n\r\n";

/** `names`: those that the author adds, of headers or fields. */
export function redacted(text: string, names: readonly string[] = []): string {
  const end = text.indexOf(HEAD_END);
  const isSecret = (name: string): boolean => isSecretName(name, names);
  if (end < 0) return headRedacted(text, isSecret);
  const head = headRedacted(text.slice(0, end), isSecret);
  const body = text.slice(end + HEAD_END.length);
  return (
    head + HEAD_END + jsonRedacted(partsRedacted(pairsRedacted(body, isSecret), isSecret), isSecret)
  );
}

type IsSecret = (name: string) => boolean;

function headRedacted(head: string, isSecret: IsSecret): string {
  const lines = head.split("\r\n").map((line, index) => {
    const colon = line.indexOf(":");
    if (index > 0 && colon > 0 && isSecret(line.slice(0, colon))) {
      return `${line.slice(0, colon)}: ${REDACTED}`;
    }
    return pairsRedacted(line, isSecret);
  });
  return lines.join("\r\n");
}

/** `a=1&token=…`, in a query or in a form. */
function pairsRedacted(text: string, isSecret: IsSecret): string {
  return text.replace(/([\w.%+[\]-]+)=([^&\s"<>]*)/g, (pair, name: string) =>
    isSecret(decodedName(name)) ? `${name}=${REDACTED}` : pair,
  );
}

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A part of a multipart body, from the head that names it to the next boundary. */
function partsRedacted(text: string, isSecret: IsSecret): string {
  return text.replace(
    /(name="([^"\r\n]*)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)([^]*?)(?=\r\n--|$)/g,
    (part, head: string, name: string) => (isSecret(name) ? head + REDACTED : part),
  );
}

/** Fields of JSON, whatever their values are: a secret may be in a list or in an object. */
function jsonRedacted(text: string, isSecret: IsSecret): string {
  const field = /"((?:[^"\\]|\\.)*)"\s*:\s*/g;
  let done = "";
  let from = 0;
  for (let found; (found = field.exec(text)) !== null;) {
    if (!isSecret(unescaped(found[1] as string))) continue;
    done += `${text.slice(from, field.lastIndex)}"${REDACTED}"`;
    from = valueEnd(text, field.lastIndex);
    field.lastIndex = from;
  }
  return done + text.slice(from);
}

function unescaped(name: string): string {
  try {
    return String(JSON.parse(`"${name}"`));
  } catch {
    return name;
  }
}

/** Where the JSON value that begins at `from` ends; the end of the text when it is cut. */
function valueEnd(text: string, from: number): number {
  const token = /"(?:[^"\\]|\\[^])*(?:"|\\?$)|[[\]{}]|[^"[\]{},\s]+|,|\s+/gy;
  token.lastIndex = from;
  let depth = 0;
  for (let found; (found = token.exec(text)) !== null;) {
    const [said] = found;
    if (said === "[" || said === "{") depth += 1;
    else if (said === "]" || said === "}") depth -= 1;
    if (depth < 0) return found.index;
    if (depth === 0 && said.trim() !== "") return said === "," ? found.index : token.lastIndex;
  }
  return text.length;
}
