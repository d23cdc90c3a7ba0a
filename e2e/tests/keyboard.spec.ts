import type { Locator, Page } from "@playwright/test";

import { LessonPage, Playground } from "../pages/course";
import { expect, test } from "../fixtures";
import { HELLO, LOST_UPDATE } from "../programs";

test("into the deadlock and back by keyboard alone, each step a sentence", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const bench = lesson.cell("be-the-scheduler");
  await bench.toEditor();
  await tabTo(page, bench.step);
  await page.keyboard.press("Enter");
  await bench.atStep(0);
  await expect(bench.live).toHaveAttribute("aria-live", "polite");

  // A task's key is its number: T0 is the main thread, T1 and T2 are the two transfers.
  const press = async (key: string): Promise<string> => {
    const before = await bench.steps();
    await page.keyboard.press(key);
    await bench.atStep(before + 1);
    return (await bench.live.textContent()) ?? "";
  };
  expect(await press("0")).toMatch(/main.* starts first/i);
  expect(await press("0")).toMatch(/main.* starts second/i);
  let sentence = "";
  while (!/takes .*ada/i.test(sentence)) sentence = await press("1");
  while (!/takes .*bo/i.test(sentence)) sentence = await press("2");
  while (await bench.task(1).isEnabled()) await press("1");
  while (await bench.task(2).isEnabled()) await press("2");
  await expect(bench.outcome).toHaveAttribute("data-kind", "deadlock");
  await expect(bench.live).toContainText(/deadlock/i);

  const steps = await bench.steps();
  await page.keyboard.press("ArrowLeft");
  await bench.atStep(steps - 1);
  await expect(bench.live).not.toContainText(/deadlock/i);
});

test("a key whose thread cannot go takes no step", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_UPDATE);
  await bench.beginSteps();
  await bench.takeAll(0);
  const steps = await bench.steps();
  await page.keyboard.press("0");
  await page.keyboard.press("9");
  await page.keyboard.press("2");
  await bench.atStep(steps + 1);
});

test("digits typed into the editor are text, not steps", async ({ page }) => {
  const bench = await new Playground(page).write(HELLO);
  await bench.editor.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("# 123");
  await expect.poll(() => bench.source()).toContain("# 123");
});

test("the editor is no keyboard trap", async ({ page }) => {
  const bench = await new Playground(page).write(HELLO);
  await bench.editor.focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(bench.editor).not.toBeFocused();
  expect(await bench.source()).toBe(HELLO);
});

test("the first Tab stop skips to the content", async ({ page }) => {
  await new LessonPage(page).open("two-locks");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: /skip/i });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

/** Presses Tab until this is where the focus is. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
    if (await inEditor(page)) await page.keyboard.press("Escape");
  }
  throw new Error("200 presses of Tab did not get there");
}

function inEditor(page: Page): Promise<boolean> {
  return page.evaluate(() => document.activeElement?.shadowRoot?.activeElement != null);
}
