import { defineConfig, type ViteUserConfig } from "vitest/config";

// Tests live beside what they test. The condition makes `holdfast` mean its source, so no build is needed.
const config: ViteUserConfig = defineConfig({
  resolve: { conditions: ["holdfast-source"] },
  ssr: {
    resolve: {
      conditions: ["holdfast-source", "node"],
      externalConditions: ["holdfast-source"],
    },
  },
  test: {
    include: ["{holdfast/src,systems,bench,test}/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    execArgv: ["--conditions=holdfast-source"],
  },
});

export default config;
