import { test } from "../fixtures";
import { print } from "./figures";

// What the first visit of a page transfers, compressed, without the answers of the API.
for (const path of ["/", "/lessons/two-locks", "/play"]) {
  test(`first load of ${path}`, async ({ page }) => {
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    const sizes = await page.evaluate(() => {
      const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
      const kind = (name: string): string =>
        /editor-/.test(name) ? "editor" : (/\.(wasm|js|css)$/.exec(name)?.[1] ?? "other");
      const all: Record<string, number> = {};
      for (const entry of entries as PerformanceResourceTiming[]) {
        const { pathname } = new URL(entry.name);
        if (pathname.startsWith("/api/") || pathname === "/healthz") continue;
        all[kind(pathname)] = (all[kind(pathname)] ?? 0) + entry.encodedBodySize;
      }
      return all;
    });
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    const kB = (bytes: number): string => (bytes / 1000).toFixed(1);
    const parts = Object.entries(sizes).map(([name, size]) => `${name} ${kB(size)}`);
    print(`first load of ${path}`, `${kB(total)} kB (${parts.join(", ")})`);
  });
}
