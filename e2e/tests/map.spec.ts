import type { Page } from "@playwright/test";

import { LessonPage, Playground } from "../pages/course";
import { expect, test } from "../fixtures";
import { Wire } from "../proxy";
import { BANK_STILL_WRONG, ENDLESS_ORDERS, LOST_UPDATE, LOST_WAKEUP } from "../programs";

test("the map shows every behaviour, and tells about the place that is pointed at", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_UPDATE);
  await bench.explore.click();
  await expect(bench.verdict).toHaveAttribute("data-verdict", "pass");
  await expect.poll(() => bench.map.behaviours()).toBe(4);
  await expect(bench.map.summary).toContainText(/4 behaviours, none fails/);
  await expect(bench.map.picture.locator(".map-row")).toHaveCount(4);
  await bench.map.picture.locator(".map-row .map-words").nth(1).hover();
  await expect(bench.map.sentence).toContainText(/Execution \d+: .* goes before .* at step \d+/);
  await expect(bench.map.sentence).toContainText(/lost update|data race/);
});

test("a click on a failure replays it, and the result is one click away", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const cell = lesson.cell("bank-explore");
  await cell.explore.click();
  await expect(cell.verdict).toHaveAttribute("data-verdict", "fail");
  const failure = cell.map.rows("failed").first();
  await expect(failure).toContainText("deadlock");
  await failure.locator(".map-words").click();
  await expect(cell.outcome).toHaveAttribute("data-kind", "deadlock");
  await expect(cell.timeline).toBeVisible();
  await expect(cell.map.here).toHaveAttribute("data-leaves", "false");

  await cell.backToResult.click();
  await expect(cell.verdict).toHaveAttribute("data-verdict", "fail");
  await expect(cell.map.rows("failed")).not.toHaveCount(0);
});

test("the map by keyboard alone", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_UPDATE);
  await bench.explore.click();
  await expect(bench.verdict).toBeVisible();
  await bench.map.picture.focus();
  await page.keyboard.press("ArrowDown");
  await expect(bench.map.sentence).toContainText("Execution 1");
  await page.keyboard.press("End");
  await expect(bench.map.sentence).toContainText(/Execution [2-9]/);
  await page.keyboard.press("ArrowLeft");
  await expect(bench.map.sentence).toContainText(/After \d+ steps executions part/);
  const steps = Number(/After (\d+) steps/.exec((await bench.map.sentence.textContent()) ?? "")?.[1]);
  await page.keyboard.press("Enter");
  await bench.atStep(steps);
  await expect(bench.live).toContainText(/\w/);
});

test("the same as a list", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_UPDATE);
  await bench.explore.click();
  await expect(bench.verdict).toBeVisible();
  await bench.map.listToggle.click();
  await expect(bench.map.picture).toBeHidden();
  await expect(bench.map.list.getByRole("row")).toHaveCount(5);
  await bench.map.list.getByRole("button", { name: "Replay execution 1" }).click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "finished");
});

test("the map grows while the search runs, stays bounded, and says what was not run", async ({ page }) => {
  const bench = await new Playground(page).write(ENDLESS_ORDERS);
  const seen = await watchMap(page);
  await bench.explore.click();
  // A search that is as long as its budget: 10 s.
  await expect(bench.verdict).toHaveAttribute("data-verdict", "unfinished", { timeout: 30_000 });
  const { behaviours, words } = await seen();
  expect(behaviours.length, "states of the map that were drawn").toBeGreaterThan(3);
  expect(behaviours).toEqual([...behaviours].sort((a, b) => a - b));
  expect(words.some((summary) => summary.includes("still to run"))).toBe(true);
  await expect(bench.rate).toHaveText(/[1-9]/);

  await expect(bench.map.summary).toContainText("were not run");
  const rows = bench.map.picture.locator(".map-row");
  const before = await rows.count();
  expect(before).toBeLessThan(100);
  const folded = bench.map.rows("folded");
  await expect(folded.filter({ hasText: "some not run" })).not.toHaveCount(0);
  await folded.first().locator(".map-words").click();
  await expect.poll(() => rows.count()).toBeGreaterThan(before);
});

/** Notes, in the page, every state of the map: its behaviours and its summary. */
async function watchMap(page: Page): Promise<() => Promise<{ behaviours: number[]; words: string[] }>> {
  await page.evaluate(() => {
    const seen = { behaviours: [] as number[], words: [] as string[] };
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const map = document.querySelector('[data-testid="map"]');
      const behaviours = Number(map?.getAttribute("data-behaviours") ?? 0);
      if (behaviours !== (seen.behaviours.at(-1) ?? 0)) seen.behaviours.push(behaviours);
      seen.words.push(map?.querySelector('[data-testid="map-summary"]')?.textContent ?? "");
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  return () => page.evaluate(() => (window as unknown as { seen: { behaviours: number[]; words: string[] } }).seen);
}

test("a map that was cut off in the middle goes on where it was", async ({ browser, server, complaints }) => {
  complaints.expect(/ERR_/);
  const wire = await Wire.to(server.url);
  const context = await browser.newContext({ baseURL: wire.url });
  const page = await context.newPage();
  complaints.watch(page);
  const bench = await new Playground(page).write(ENDLESS_ORDERS);
  await bench.explore.click();
  await expect.poll(() => bench.map.behaviours()).toBeGreaterThan(20);
  wire.cut();
  await expect(bench.notice).toContainText(/connection/i);
  const early = await bench.map.behaviours();
  await expect.poll(() => bench.map.behaviours()).toBeGreaterThan(early);
  await expect(bench.notice).toBeHidden();
  await bench.stop.click();
  await expect(bench.stop).toBeHidden();
  // Nothing came twice, nothing is missing: what is on the map adds up to what was run.
  const told = (await bench.map.summary.textContent()) ?? "";
  const figure = (pattern: RegExp): number => Number(pattern.exec(told)?.[1] ?? 0);
  const all =
    figure(/^(\d+) behaviour/) + figure(/(\d+) executions? showed nothing new/) + figure(/(\d+) behaviours? more/);
  expect(all).toBe(await bench.tried());
  await context.close();
  await wire.close();
});

test("a failure has its story, each sentence a link to its step", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const cell = lesson.cell("bank-explore");
  await cell.explore.click();
  const sentences = cell.story.getByRole("link");
  await expect(sentences.filter({ hasText: /takes lock/ })).toHaveCount(2);
  await expect(sentences.last()).toContainText(/waits/);
  const link = sentences.filter({ hasText: /takes lock/ }).first();
  const sentence = (await link.textContent()) ?? "";
  await link.click();
  const said = /takes lock \S+/.exec(sentence)?.[0] ?? "no lock";
  await expect(cell.live).toContainText(said);
  await expect(cell.story.locator("[aria-current=step]")).toHaveText(sentence);
  await expect(page).toHaveURL(/schedule=/);
});

test("a story's link opens elsewhere at the same step", async ({ page, browser, server, complaints }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const cell = lesson.cell("bank-explore");
  await cell.explore.click();
  const href = await cell.story.getByRole("link").first().getAttribute("href");
  const stranger = await browser.newContext({ baseURL: server.url });
  const there = await stranger.newPage();
  complaints.watch(there);
  await there.goto(`/lessons/two-locks${href}`);
  const other = new LessonPage(there).cell("bank-explore");
  const steps = Number(new URLSearchParams(href ?? "").get("step"));
  await other.atStep(steps);
  await stranger.close();
});

test("a lost wake-up stands beside its deadlock, explained", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_WAKEUP);
  await bench.explore.click();
  await expect(bench.verdict).toHaveAttribute("data-verdict", "fail");
  const findings = bench.verdict.getByTestId("finding");
  for (const kind of ["deadlock", "lost_wakeup"]) {
    const finding = findings.and(page.locator(`[data-kind="${kind}"]`));
    await expect(finding).toHaveCount(1);
    await expect(finding).toContainText("Failure");
  }
  await expect(findings.first()).toContainText(/GIL/);
  await bench.replay.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "deadlock");
  await expect(bench.outcome.locator('[data-kind="lost_wakeup"]')).toBeVisible();
});

test("a wrong answer tells its story too", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const challenge = lesson.cell("fix-transfer");
  await challenge.write(BANK_STILL_WRONG);
  await challenge.submit.click();
  await expect(challenge.verdict).toHaveAttribute("data-result", "deadlock");
  await expect(challenge.story.getByRole("link").first()).toBeVisible();
  await expect(challenge.map.rows("failed").first()).toBeVisible();
});
