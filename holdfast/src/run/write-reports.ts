/** Every report of a run, written into its folder or rendered for standard output. */
import type { RunResult } from "../verdict/result.ts";
import type { RunFolder } from "./run-folder.ts";

export type ReportFormat = "html" | "markdown" | "json" | "junit";

const FILES: Record<ReportFormat, string> = {
  json: "result.json",
  html: "report.html",
  markdown: "report.md",
  junit: "junit.xml",
};

/** The result first: from it every other report can be made again. Returns what could not be written, in words. */
export async function writeReports(folder: RunFolder, result: RunResult): Promise<string[]> {
  const problems: string[] = [];
  for (const format of Object.keys(FILES) as ReportFormat[]) {
    try {
      await folder.write(FILES[format], await renderReport(result, format));
    } catch (error) {
      problems.push(`${FILES[format]} could not be written: ${String(error)}`);
    }
  }
  return problems;
}

/** Renderers are loaded when needed: a run that starts fast does not wait for the HTML report. */
export async function renderReport(result: RunResult, format: ReportFormat): Promise<string> {
  switch (format) {
    case "html":
      return (await import("../report/html.ts")).renderHtml(result);
    case "markdown":
      return (await import("../report/markdown.ts")).renderMarkdown(result);
    case "json":
      return (await import("../report/json.ts")).renderJson(result);
    case "junit":
      return (await import("../report/junit.ts")).renderJunit(result);
  }
}
