import { Catalogue, LessonPage, Playground } from "../pages/course";
import { expect, statusError, test } from "../fixtures";
import { BANK_REPAIRED, BANK_STILL_WRONG, ENDLESS_ORDERS, LOST_UPDATE, SLOW } from "../programs";

// What a new user does, in six steps: issue 2.

test("1: the course leads to the lesson about deadlocks", async ({ page }) => {
  const catalogue = new Catalogue(page);
  await catalogue.open();
  await expect(catalogue.lesson("The lost update")).toBeVisible();
  await catalogue.lesson("Two locks, one deadlock").click();
  const lesson = new LessonPage(page);
  await expect(lesson.title).toHaveText("Two locks, one deadlock");
  await expect(page).toHaveURL(/\/lessons\/two-locks/);
  expect(await lesson.cell("bank-run").source()).toContain("def transfer(payer, payee, amount):");
});

test("2: the timeline fills while the program runs, and Stop stops it", async ({ page }) => {
  const bench = await new Playground(page).write(SLOW);
  await bench.run.click();
  await expect(bench.stop).toBeEnabled();
  await expect.poll(() => bench.events()).toBeGreaterThan(0);
  const early = await bench.events();
  await expect.poll(() => bench.events()).toBeGreaterThan(early);
  await expect(bench.stop, "it is still running").toBeEnabled();
  await bench.stop.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "cancelled");
  await expect(bench.run).toBeEnabled();
});

test("2: a run of the lesson's program ends and shows what it printed", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("lost-update");
  const cell = lesson.cell("doors-run");
  await cell.run.click();
  await expect(cell.outcome).toHaveAttribute("data-kind", "finished");
  await expect(cell.output).toContainText("counted 2 of 2");
});

test("3: step by step into the deadlock, and back", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const cell = lesson.cell("be-the-scheduler");
  await cell.beginSteps();
  await cell.takeAll(0);
  await cell.takeUntil(1, /takes .*ada/i);
  await cell.takeUntil(2, /takes .*bo/i);
  await expect(cell.variables).toContainText("payer");
  await cell.takeAll(1);
  await cell.takeAll(2);
  await expect(cell.outcome).toHaveAttribute("data-kind", "deadlock");
  await expect(cell.deadlockSentence).toContainText(/ada\.lock/);
  await expect(cell.deadlockSentence).toContainText(/bo\.lock/);
  await expect(cell.waitGraph).toBeVisible();

  const steps = await cell.steps();
  await cell.back.click();
  await cell.atStep(steps - 1);
  await expect(cell.deadlockSentence).toBeHidden();
  await expect(cell.task(2)).toBeEnabled();
  await cell.take(2);
  await expect(cell.outcome).toHaveAttribute("data-kind", "deadlock");
});

test("4: the search finds the deadlock, and one click replays it", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const cell = lesson.cell("bank-explore");
  await cell.explore.click();
  await expect(cell.verdict).toHaveAttribute("data-verdict", "fail");
  expect(await cell.tried()).toBeGreaterThan(0);
  await cell.replay.click();
  await expect(cell.outcome).toHaveAttribute("data-kind", "deadlock");
  await expect(cell.deadlockSentence).toBeVisible();
});

test("4: a program without a fault is proved", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("lost-update");
  const cell = lesson.cell("doors_locked-explore");
  await cell.explore.click();
  await expect(cell.verdict).toHaveAttribute("data-verdict", "pass");
  await expect(cell.verdict).toContainText(/proved/i);
  await expect(cell.verdict).toContainText(/\b2\b/);
});

test("4: the counter runs while the search does, and Stop stops it", async ({ page }) => {
  const bench = await new Playground(page).write(ENDLESS_ORDERS);
  await bench.explore.click();
  await expect.poll(() => bench.tried()).toBeGreaterThan(0);
  const early = await bench.tried();
  await expect.poll(() => bench.tried()).toBeGreaterThan(early);
  await bench.stop.click();
  await expect(bench.stop).toBeHidden();
  await expect(bench.explore).toBeEnabled();
});

test("5: a wrong answer gets its deadlock to step through, a right one is accepted", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const challenge = lesson.cell("fix-transfer");
  await challenge.write(BANK_STILL_WRONG);
  await challenge.submit.click();
  await expect(challenge.verdict).toHaveAttribute("data-result", "deadlock");
  await challenge.replay.click();
  await expect(challenge.deadlockSentence).toBeVisible();
  await challenge.back.click();
  await expect(challenge.deadlockSentence).toBeHidden();

  await challenge.write(BANK_REPAIRED);
  await challenge.submit.click();
  await expect(challenge.verdict).toHaveAttribute("data-result", "accepted");
  await expect(challenge.verdict).toContainText(/proved/i);

  await page.goto("/");
  await expect(page.getByTestId("mark-accepted")).toBeVisible();
});

test("6: the address shows another browser the same program at the same step", async ({
  page,
  browser,
  server,
  complaints,
}) => {
  const edited = LOST_UPDATE.replace('"total"', '"edited total"');
  const bench = await new Playground(page).write(edited);
  await bench.beginSteps();
  await bench.takeUntil(0, /starts/);
  await bench.take(1);
  const steps = await bench.steps();
  const sentence = await bench.live.textContent();
  await expect(page).toHaveURL(/schedule=.*step=|step=.*schedule=/);

  const stranger = await browser.newContext({ baseURL: server.url });
  const there = await stranger.newPage();
  complaints.watch(there);
  await there.goto(page.url());
  const other = new Playground(there).bench;
  await other.atStep(steps);
  expect(await other.source()).toBe(edited);
  await expect(other.live).toHaveText(sentence ?? "");
  await stranger.close();
});

test("6: a lesson's address keeps the cell and its step", async ({ page, browser, server, complaints }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const cell = lesson.cell("be-the-scheduler");
  await cell.beginSteps();
  await cell.takeUntil(0, /starts/);
  const steps = await cell.steps();

  const stranger = await browser.newContext({ baseURL: server.url });
  const there = await stranger.newPage();
  complaints.watch(there);
  await there.goto(page.url());
  await new LessonPage(there).cell("be-the-scheduler").atStep(steps);
  await stranger.close();
});

test("6: the step can be an earlier one than the last of the schedule", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_UPDATE);
  await bench.beginSteps();
  await bench.takeAll(0);
  const address = new URL(page.url());
  address.searchParams.set("step", "1");
  await page.goto(address.toString());
  await new Playground(page).bench.atStep(1);
});

test("a question tells whether the answer was right, and why", async ({ page }) => {
  await new LessonPage(page).open("two-locks");
  const question = page.getByTestId("quiz").first();
  await question.getByText("Yes, for some orders of steps").click();
  await expect(question).toContainText("A lock is given back");
});

test("an unknown program in the address is explained", async ({ page, complaints }) => {
  complaints.expect(statusError(404));
  const playground = new Playground(page);
  await playground.open("?program=" + "0".repeat(32));
  await expect(playground.bench.notice).toContainText(/program/i);
});
