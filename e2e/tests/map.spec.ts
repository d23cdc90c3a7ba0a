import { LessonPage, Playground } from "../pages/course";
import { expect, test } from "../fixtures";
import { BANK_STILL_WRONG, ENDLESS_ORDERS, LOST_UPDATE, LOST_WAKEUP } from "../programs";

test("the map shows every behaviour, and tells about the place that is pointed at", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_UPDATE);
  await bench.explore.click();
  await expect(bench.verdict).toHaveAttribute("data-verdict", "pass");
  expect(await bench.map.behaviours()).toBe(4);
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
  await bench.explore.click();
  await expect.poll(() => bench.map.behaviours()).toBeGreaterThan(0);
  const early = await bench.map.behaviours();
  await expect.poll(() => bench.map.behaviours()).toBeGreaterThan(early);
  await expect(bench.stop, "it is still searching").toBeVisible();
  await expect(bench.rate).toHaveText(/[1-9]/);
  await expect(bench.map.summary).toContainText("still to run");
  await expect.poll(() => bench.map.rows("folded").count()).toBeGreaterThan(0);
  expect(await bench.map.picture.locator(".map-row").count()).toBeLessThan(100);

  await bench.stop.click();
  await expect(bench.stop).toBeHidden();
  await expect(bench.map.summary).toContainText("were not run");
  await expect(bench.map.rows("waiting").first()).toContainText("not run");
  const before = await bench.map.picture.locator(".map-row").count();
  await bench.map.rows("folded").first().locator(".map-words").click();
  await expect.poll(() => bench.map.picture.locator(".map-row").count()).toBeGreaterThan(before);
});

test("a map that was cut off in the middle is whole after the connection is back", async ({ page, complaints }) => {
  complaints.expect(/ERR_|network/i);
  const bench = await new Playground(page).write(LOST_UPDATE);
  let cut = 0;
  await page.route("**/events", async (route) => {
    const from = route.request().headers()["last-event-id"];
    const answer = await route.fetch();
    const all = (await answer.text()).split("\n\n").filter((entry) => entry.trim() !== "");
    cut += 1;
    // Each connection brings two entries, the last of them once more than it should.
    const rest = from === undefined ? all.slice(0, 2) : all.slice(0, 2);
    await route.fulfill({
      response: answer,
      body: `retry: 50\n\n${[...rest, rest.at(-1)].join("\n\n")}\n\n`,
    });
  });
  await bench.explore.click();
  await expect(bench.verdict).toHaveAttribute("data-verdict", "pass");
  expect(cut).toBeGreaterThan(1);
  expect(await bench.map.behaviours()).toBe(4);
  await expect(bench.map.summary).toContainText("4 behaviours");
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
