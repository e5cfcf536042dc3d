import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redacted } from "./redact.ts";

const SECRET = "S3CRETvalue";

function request(head: string, body: string): string {
  return `POST /orders HTTP/1.1\r\n${head}\r\n\r\n${body}`;
}

describe("what is stored of a request or an answer", () => {
  test("is as it was where nothing in it is secret", () => {
    const text = request(
      "content-type: application/json\r\nx-trace: a=b",
      '{"id":"k-1","n":[1,{}]}',
    );
    expect(redacted(text)).toBe(text);
  });

  test.each([
    "Authorization",
    "proxy-authorization",
    "COOKIE",
    "set-cookie",
    "X-API-Key",
    "x-auth-token",
  ])("does not hold the value of the header %s", (name) => {
    expect(redacted(request(`${name}: Bearer ${SECRET}=; a`, "hello"))).toBe(
      request(`${name}: [redacted]`, "hello"),
    );
  });

  test.each([
    [`{"token":"${SECRET}","a":1}`, `{"token":"[redacted]","a":1}`],
    [`{"a":{"Client_Secret" : "${SECRET}\\"${SECRET}"}}`, `{"a":{"Client_Secret" : "[redacted]"}}`],
    [`{"password":["${SECRET}",{"x":"${SECRET}"}],"a":1}`, `{"password":"[redacted]","a":1}`],
    [`{"tokens":{"a":"${SECRET}","b":[]}}`, `{"tokens":"[redacted]"}`],
    [`{"to\\u006ben":"${SECRET}"}`, `{"to\\u006ben":"[redacted]"}`],
    [`[{"apiKey":12345},{"apiKey":null}]`, `[{"apiKey":"[redacted]"},{"apiKey":"[redacted]"}]`],
    [`user=ann&password=${SECRET}&x=1`, "user=ann&password=[redacted]&x=1"],
    [`access%5Ftoken=${SECRET}`, "access%5Ftoken=[redacted]"],
    [
      `--b\r\ncontent-disposition: form-data; name="password"\r\n\r\n${SECRET}\r\n${SECRET}\r\n--b--`,
      `--b\r\ncontent-disposition: form-data; name="password"\r\n\r\n[redacted]\r\n--b--`,
    ],
  ])("of the body %s is %s", (body, left) => {
    expect(redacted(request("a: b", body))).toBe(request("a: b", left));
  });

  test("does not hold a token of a query, in the first line or in a header", () => {
    const text = `GET /me?token=${SECRET}&a=1 HTTP/1.1\r\nreferer: http://x/?api_key=${SECRET}\r\n\r\n`;
    expect(redacted(text)).toBe(
      "GET /me?token=[redacted]&a=1 HTTP/1.1\r\nreferer: http://x/?api_key=[redacted]\r\n\r\n",
    );
  });

  test("does not hold the names that the author adds, of headers and of fields", () => {
    const text = request(`x-session: ${SECRET}`, `{"pin":"${SECRET}","spin":1}`);
    expect(redacted(text, ["X-Session", "pin"])).toBe(
      request("x-session: [redacted]", `{"pin":"[redacted]","spin":1}`),
    );
  });

  test("tells no secret wherever it is cut: 2,000 bodies", () => {
    const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constant(SECRET),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.record({ [`a"b`]: tie("value"), c: tie("value") }),
      ),
    })).value;
    fc.assert(
      fc.property(values, fc.nat(), (value, at) => {
        const text = request("a: b", JSON.stringify({ id: "k-1", secrets: value, n: 1 }));
        const whole = redacted(text);
        expect(whole).toBe(request("a: b", '{"id":"k-1","secrets":"[redacted]","n":1}'));
        expect(redacted(text.slice(0, at % text.length))).not.toContain("S3");
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });

  test("is there, whatever the text is: six ways to make a reader of 8,192 characters start over", () => {
    for (const piece of ['"', '{"a":', 'name="a"\r\n', "=", '\\"', "a=b&"]) {
      const body = piece.repeat(Math.ceil(8_192 / piece.length));
      expect(redacted(request("a: b", body)).length).toBeGreaterThan(8_000);
    }
  });
});
