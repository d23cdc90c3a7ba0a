import { Catalogue, LessonPage, Playground } from "../pages/course";
import { expect, test } from "../fixtures";
import { LOST_UPDATE, RECURSION } from "../programs";

test("a chosen dark theme is there before the app is", async ({ page, complaints }) => {
  complaints.expect(/Failed to fetch|ERR_FAILED/);
  await page.goto("/");
  await page.getByTestId("theme").getByLabel("Dark").check();
  await page.route("**/*.wasm", (route) => route.abort());
  await page.reload({ waitUntil: "domcontentloaded" });
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(ground).toBe("rgb(19, 22, 25)");
});

test.describe("with the theme of the system", () => {
  test.use({ colorScheme: "dark" });

  test("Auto is dark where the system is, and Light is not", async ({ page }) => {
    await page.goto("/");
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(await ground()).toBe("rgb(19, 22, 25)");
    await page.getByTestId("theme").getByLabel("Light").check();
    await expect.poll(ground).toBe("rgb(251, 250, 248)");
  });
});

test("when the server is back, the page says on what it runs", async ({ page, complaints }) => {
  complaints.expect(/ERR_FAILED/);
  const playground = new Playground(page);
  await playground.open();
  const host = page.getByTestId("jail");
  await expect(host).toContainText("Python");
  await page.route(/healthz|api/, (route) => route.abort());
  await playground.bench.run.click();
  await expect(host).toContainText("does not answer");
  await page.unrouteAll();
  await expect(host).toContainText("Python");
});

test("the support files of a challenge can be read, not edited", async ({ page }) => {
  await page.route("**/api/lessons/two-locks", async (route) => {
    const answer = await route.fetch();
    const lesson = await answer.json();
    for (const { challenge } of lesson.blocks.filter((block: { kind: string }) => block.kind === "challenge")) {
      challenge.starter.files.push({ name: "tools.py", text: "HELP = 1\n" });
    }
    await route.fulfill({ response: answer, json: lesson });
  });
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const challenge = lesson.cell("fix-transfer");
  await challenge.toEditor();
  await expect(challenge.editor).toHaveAttribute("aria-readonly", "false");
  await challenge.root.getByRole("button", { name: "tools.py" }).click();
  await expect(challenge.editor).toHaveAttribute("aria-readonly", "true");
  await expect(challenge.editor).toContainText("HELP = 1");
  await challenge.editor.click();
  await page.keyboard.type("x");
  expect(await challenge.source()).toBe("HELP = 1\n");
});

test("after a run the slider stands at its end", async ({ page }) => {
  const bench = await new Playground(page).write(LOST_UPDATE);
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "finished");
  const events = await bench.events();
  await expect(bench.scrubber).toHaveValue(String(events));
});

test("Back leaves a page whatever steps were taken on it, and Forward finds them again", async ({ page }) => {
  const catalogue = new Catalogue(page);
  await catalogue.open();
  await catalogue.lesson("Two locks, one deadlock").click();
  const cell = new LessonPage(page).cell("be-the-scheduler");
  await cell.beginSteps();
  await cell.takeAll(0);
  await cell.take(1);
  const steps = await cell.steps();
  await page.goBack();
  await expect(page).toHaveURL(/\/$/);
  await page.goForward();
  await cell.atStep(steps);
});

test("objects of one class are told apart by their names", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const cell = lesson.cell("be-the-scheduler");
  await cell.beginSteps();
  await cell.takeAll(0);
  await cell.takeUntil(1, /takes .*ada/i);
  await expect(cell.variables).toContainText("<Account ada>");
  await expect(cell.variables).toContainText("<Account bo>");
});

test("the traceback of a recursion is cut with words", async ({ page }) => {
  const bench = await new Playground(page).write(RECURSION);
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "failed");
  const traceback = bench.outcome.locator(".traceback pre");
  await expect(traceback).toContainText(/… \d{3} more/);
  expect(((await traceback.textContent()) ?? "").split("\n").length).toBeLessThan(50);
});

test("a submission that raises an exception names the checks that were not seen", async ({ page }) => {
  const lesson = new LessonPage(page);
  await lesson.open("two-locks");
  const challenge = lesson.cell("fix-transfer");
  await challenge.write("raise ValueError('not yet')\n");
  await challenge.submit.click();
  await expect(challenge.verdict).toHaveAttribute("data-result", "exception");
  const checks = challenge.verdict.getByRole("listitem").filter({ hasText: "Not seen" });
  await expect(checks.first().locator("strong")).toHaveText(/\w{3,}/);
});

test.describe("on a narrow screen", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("what comes of a click is brought into view", async ({ page }) => {
    const lesson = new LessonPage(page);
    await lesson.open("two-locks");
    const cell = lesson.cell("bank-explore");
    await cell.explore.click();
    await expect(cell.verdict).toHaveAttribute("data-verdict", "fail");
    await expect(cell.verdict.getByTestId("claim")).toBeInViewport();
    await cell.map.rows("failed").first().locator(".map-words").click();
    await expect(cell.stepCount).toBeInViewport();
  });
});
