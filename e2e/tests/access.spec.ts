import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { LessonPage, Playground } from "../pages/course";
import { expect, test } from "../fixtures";
import { LOST_UPDATE } from "../programs";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
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
        await expect(lesson.cell("be-the-scheduler").editor).toBeVisible();
        expect(await violations(page)).toEqual([]);
      });

      test("the playground is accessible in the middle of stepping", async ({ page }) => {
        const bench = await new Playground(page).write(LOST_UPDATE);
        await bench.beginSteps();
        await bench.takeAll(0);
        expect(await violations(page)).toEqual([]);
      });

      test("no page is wider than the screen", async ({ page }) => {
        for (const path of ["/", "/lessons/two-locks", "/play"]) {
          await page.goto(path);
          await page.getByRole("heading", { level: 1 }).waitFor();
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow, path).toBeLessThanOrEqual(0);
        }
      });
    });
  }
}
