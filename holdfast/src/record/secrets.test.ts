import { expect, test } from "vitest";
import { isSecretName } from "./secrets.ts";

test.each([
  "authorization",
  "Proxy-Authorization",
  "Cookie",
  "set-cookie",
  "X-Api-Key",
  "apiKey",
  "api_key",
  "refresh_token",
  "clientSecret",
  "PASSWORD",
  "db_passwd",
])("%s holds a secret", (name) => expect(isSecretName(name)).toBe(true));

test.each(["content-type", "id", "user", "accept", "idempotency-key", "key", "path"])(
  "%s holds none",
  (name) => expect(isSecretName(name)).toBe(false),
);

test("the author's own names count, in any case, and only whole", () => {
  expect(isSecretName("X-Session", ["x-session"])).toBe(true);
  expect(isSecretName("x-session-count", ["x-session"])).toBe(false);
});
