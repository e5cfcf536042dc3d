/** Reads requests. All that is wrong with one is said at once, with what was expected and what was got. */
import {
  AUDIT_ROWS_DEFAULT,
  AUDIT_ROWS_MAX,
  CLIENT_ID_CHARS_MAX,
  KEY_CHARS_MAX,
  ORDERS_PER_SECOND_MAX,
  PRODUCT_ID_CHARS_MAX,
  QUANTITY_MAX,
  USER_ID_CHARS_MAX,
} from "./limits.ts";
import type { Order } from "./parts/reservation.ts";

/** A request that cannot be served as it is. */
export class RequestProblem extends Error {
  readonly status: number;
  /** A word for programs: `bad-request`. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface InitRequest {
  readonly productId: string;
  readonly quantity: number;
  /** The rate limit of this sale, if not the server's. */
  readonly ordersPerSecond: number | undefined;
}

export interface AuditRequest {
  readonly productId: string;
  readonly after: number;
  readonly limit: number;
}

type Values = Readonly<Record<string, unknown>>;

const PRODUCT_ID = new RegExp(`^[\\w.:-]{1,${PRODUCT_ID_CHARS_MAX}}$`);
const PRODUCT_ID_WORDS = `1 to ${PRODUCT_ID_CHARS_MAX} letters, digits or any of . _ : -`;
const KEY = new RegExp(`^[\\x21-\\x7e]{1,${KEY_CHARS_MAX}}$`);

export function readInit(body: unknown): InitRequest {
  const values = objectOf(body);
  const { productId, quantity, ordersPerSecond } = values;
  refuse(
    problem(isProductId(productId), "productId", PRODUCT_ID_WORDS, productId),
    problem(
      isCount(quantity, 1, QUANTITY_MAX),
      "quantity",
      `a whole number from 1 to ${QUANTITY_MAX}`,
      quantity,
    ),
    problem(
      ordersPerSecond === undefined || isNumber(ordersPerSecond, 0.001, ORDERS_PER_SECOND_MAX),
      "ordersPerSecond",
      `a number from 0.001 to ${ORDERS_PER_SECOND_MAX}, or left out`,
      ordersPerSecond,
    ),
  );
  return values as unknown as InitRequest;
}

export function readOrder(body: unknown, key: unknown): Order {
  const { productId, userId } = objectOf(body);
  if (isProductId(productId) && isUserId(userId) && isKey(key)) return { productId, userId, key };
  refuse(
    problem(isProductId(productId), "productId", PRODUCT_ID_WORDS, productId),
    problem(isUserId(userId), "userId", `text of 1 to ${USER_ID_CHARS_MAX} characters`, userId),
    problem(
      isKey(key),
      "header x-idempotency-key",
      `1 to ${KEY_CHARS_MAX} visible characters, unique to this order`,
      key,
    ),
  );
  throw new Error("an order that is refused has a problem");
}

export function readAudit(query: unknown): AuditRequest {
  const { productId, after = "0", limit = String(AUDIT_ROWS_DEFAULT) } = objectOf(query);
  refuse(
    problem(isProductId(productId), "productId", PRODUCT_ID_WORDS, productId),
    problem(
      isCount(Number(after), 0, Number.MAX_SAFE_INTEGER),
      "after",
      "the `next` of the page before",
      after,
    ),
    problem(
      isCount(Number(limit), 1, AUDIT_ROWS_MAX),
      "limit",
      `a whole number from 1 to ${AUDIT_ROWS_MAX}`,
      limit,
    ),
  );
  return { productId: String(productId), after: Number(after), limit: Number(limit) };
}

export function readProductId(value: unknown): string {
  refuse(problem(isProductId(value), "productId", PRODUCT_ID_WORDS, value));
  return String(value);
}

/** Who asks: the `x-client-id` header if it is of a sane length, else the address. */
export function clientOf(header: unknown, address: string): string {
  const named = typeof header === "string" && header !== "" && header.length <= CLIENT_ID_CHARS_MAX;
  return named ? `id ${header}` : `at ${address}`;
}

function isProductId(value: unknown): value is string {
  return typeof value === "string" && PRODUCT_ID.test(value);
}

function isUserId(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= USER_ID_CHARS_MAX;
}

function isKey(value: unknown): value is string {
  return typeof value === "string" && KEY.test(value);
}

function isNumber(value: unknown, min: number, max: number): boolean {
  return typeof value === "number" && value >= min && value <= max;
}

function isCount(value: unknown, min: number, max: number): boolean {
  return isNumber(value, min, max) && Number.isInteger(value);
}

function objectOf(body: unknown): Values {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Values;
  throw new RequestProblem(
    400,
    "bad-request",
    `the body must be a JSON object, got ${shown(body)}`,
  );
}

function problem(ok: boolean, name: string, expected: string, value: unknown): string | undefined {
  return ok ? undefined : `${name} must be ${expected}, got ${shown(value)}`;
}

function refuse(...problems: (string | undefined)[]): void {
  const found = problems.filter((text) => text !== undefined);
  if (found.length > 0) throw new RequestProblem(400, "bad-request", found.join("; "));
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
