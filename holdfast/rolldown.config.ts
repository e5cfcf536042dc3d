/**
 * The published JavaScript, in few files: a run that loads four hundred modules one by one takes twice as long to its
 * first request. All of them lie side by side in `dist/`, so that the engine's thread is beside whatever boots it. What
 * the package depends on stays outside, and names and lines stay as they are: stack traces can be read.
 */
import { defineConfig } from "rolldown";
import type { RolldownOptions } from "rolldown";
import manifest from "./package.json" with { type: "json" };

const { dependencies, optionalDependencies } = manifest;
const outside = Object.keys({ ...dependencies, ...optionalDependencies });

const config: RolldownOptions = defineConfig({
  input: {
    index: "./src/index.ts",
    main: "./src/cli/main.ts",
    "engine-thread": "./src/run/engine-thread.ts",
  },
  external: (id) => outside.some((name) => id === name || id.startsWith(`${name}/`)),
  platform: "node",
  output: { dir: "dist", chunkFileNames: "[name].js", codeSplitting: { groups: groups() } },
});

/** What would else become dozens of small files: each takes a part of a millisecond, in both threads. */
function groups(): { name: string; test: RegExp; priority: number; minShareCount?: number }[] {
  return [
    // All that the command does before the engine's thread boots, and nothing more.
    { name: "boot", test: /\/src\/(?:base\/node|run\/boot-thread)\.ts$/, priority: 2 },
    // What the main thread needs before the load as well as the engine's.
    {
      name: "common",
      test: /\/src\/(?:base|record|scenario|metrics|probe)\//,
      minShareCount: 2,
      priority: 1,
    },
  ];
}

export default config;
