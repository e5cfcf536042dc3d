/** Reads requests. All that is wrong with one is said at once, with what was expected and what was got. */
import { isCount, isNumber, objectOf, problem, refuse } from "../../http/request-problem.ts";
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
