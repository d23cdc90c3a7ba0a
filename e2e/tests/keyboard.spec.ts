import { LessonPage, Playground } from "../pages/course";
import { expect, test } from "../fixtures";
import { HELLO, LOST_UPDATE } from "../programs";

test("a whole journey of steps by keyboard, each one a sentence", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_UPDATE);
  await page.keyboard.press("Escape");
  await bench.step.focus();
  await page.keyboard.press("Enter");
  await bench.atStep(0);
  await expect(bench.live).toHaveAttribute("aria-live", "polite");

  const sentences = new Set<string>();
  for (let n = 1; n <= 3; n++) {
    await page.keyboard.press("1");
    await bench.atStep(n);
    const sentence = (await bench.live.textContent()) ?? "";
    expect(sentence).toMatch(/\S+ \S+/);
    sentences.add(sentence);
  }
  expect(sentences.size).toBeGreaterThan(1);

  await bench.back.focus();
  await page.keyboard.press("Enter");
  await bench.atStep(2);
  await expect(bench.live).not.toBeEmpty();
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
