/** Reads one option's text into its value, or says in one line what was expected and what was got. */
import { HoldfastError, got } from "../base/errors.ts";
import { parseDuration, parseRate } from "../base/units.ts";
import type { Rate } from "../base/units.ts";

type Reader<T> = (text: string) => T;

export function wholeNumber(
  flag: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): Reader<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw wrong(flag, `a whole number ${range}`, text);
  };
}

export function duration(flag: string): Reader<string> {
  return (text) => {
    if ((parseDuration(text) ?? 0) > 0) return text;
    throw wrong(flag, 'a duration above 0 such as "500ms", "10s", "5m" or "1h"', text);
  };
}

/** A bare number is per second, as in a test. */
export function rate(flag: string): Reader<Rate> {
  return (text) => {
    const value: Rate = /^[\d.]+$/.test(text) ? Number(text) : text;
    if ((parseRate(value) ?? 0) > 0) return value;
    throw wrong(flag, 'a rate above 0 such as "200/s", "90/m" or a number per second', text);
  };
}

export function oneOf<const Word extends string>(
  flag: string,
  words: readonly Word[],
): Reader<Word> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    throw wrong(flag, `one of ${words.join(", ")}`, text);
  };
}

export function url(flag: string): Reader<string> {
  return (text) => {
    if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
    throw wrong(flag, 'a URL such as "https://staging.example.com"', text);
  };
}

/** Collects `KEY=VALUE` pairs of a repeatable option. */
export function keyValue(
  flag: string,
): (text: string, previous: Record<string, string> | undefined) => Record<string, string> {
  return (text, previous) => {
    const equals = text.indexOf("=");
    if (equals > 0) return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
    throw wrong(flag, "KEY=VALUE", text);
  };
}

/** Collects a repeatable option. */
export function repeatable(text: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), text];
}

function wrong(flag: string, expected: string, text: string): HoldfastError {
  return new HoldfastError(`${flag} must be ${expected}, got ${got(text)}`, {
    code: "HF_OPTION_VALUE",
  });
}
