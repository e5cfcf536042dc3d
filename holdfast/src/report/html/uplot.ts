/** uPlot's own files, as they are, to stand inside the page: the report must open without a network. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export function uplotScript(): string {
  return read("uplot/dist/uPlot.iife.min.js");
}

export function uplotStyle(): string {
  return read("uplot/dist/uPlot.min.css");
}

function read(file: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(file), "utf8");
}
