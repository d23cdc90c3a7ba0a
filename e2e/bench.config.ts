import { defineConfig } from "@playwright/test";

import tests from "./playwright.config";

/** `cargo xtask bench page`: prints figures, asserts none. */
export default defineConfig({
  ...tests,
  testDir: "bench",
  testMatch: "*.bench.ts",
  outputDir: "test-results/bench",
  reporter: "line",
  timeout: 300_000,
  use: { ...tests.use, trace: "off" },
});
