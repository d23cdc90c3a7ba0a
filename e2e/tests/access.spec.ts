import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { LessonPage, Playground } from "../pages/course";
import { expect, test } from "../fixtures";
import { LOST_UPDATE, LOST_WAKEUP } from "../programs";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}

/** Pixels by which a page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test("the catalogue is accessible", async ({ page }) => {
        await page.goto("/");
        await page.getByRole("link", { name: "Two locks, one deadlock" }).waitFor();
        expect(await violations(page)).toEqual([]);
      });

      test("a lesson is accessible", async ({ page }) => {
        const lesson = new LessonPage(page);
        await lesson.open("two-locks");
        await lesson.cell("be-the-scheduler").toEditor();
        expect(await violations(page)).toEqual([]);
      });

      test("the playground is accessible in the middle of stepping", async ({ page }) => {
        const bench = await new Playground(page).write(LOST_UPDATE);
        await bench.beginSteps();
        await bench.takeAll(0);
        expect(await violations(page)).toEqual([]);
      });

      test("a verdict with its story and its map is accessible, and as a list", async ({ page }) => {
        const bench = await new Playground(page).write(LOST_WAKEUP);
        await bench.explore.click();
        await expect(bench.verdict).toHaveAttribute("data-verdict", "fail");
        await expect(bench.map.rows("failed")).not.toHaveCount(0);
        expect(await violations(page)).toEqual([]);
        await bench.map.listToggle.click();
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        await bench.map.list.getByRole("button").first().click();
        await expect(bench.backToResult).toBeVisible();
        expect(await violations(page)).toEqual([]);
      });

      test("no page is wider than the screen", async ({ page }) => {
        for (const path of ["/", "/lessons/two-locks", "/play"]) {
          await page.goto(path);
          await page.getByRole("heading", { level: 1 }).waitFor();
          expect(await overflow(page), path).toBeLessThanOrEqual(0);
        }
      });
    });
  }
}
