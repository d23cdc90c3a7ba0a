import { Playground } from "../pages/course";
import { expect, statusError, test } from "../fixtures";
import { CHATTER, FOREVER, GLUTTON, HELLO, LOST_UPDATE, SLOW, SYNTAX_ERROR, TOO_LONG } from "../programs";
import { Wire } from "../proxy";

test("a runner killed in the middle of a run: the page says so, and the next run works", async ({
  page,
  server,
}) => {
  const bench = await new Playground(page).write(SLOW);
  await bench.run.click();
  await expect.poll(() => bench.events()).toBeGreaterThan(0);
  server.killRunner();
  await expect(bench.notice).toContainText(/runner/i);
  await expect(bench.run).toBeEnabled();
  await bench.write(HELLO);
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "finished");
  await expect(bench.output).toContainText("hello");
});

test("a lost event stream: the timeline still completes, without a gap", async ({
  page,
  server,
  complaints,
}) => {
  complaints.expect(/ERR_CONNECTION_RESET/);
  const wire = await Wire.to(server.url);
  await page.goto(`${wire.url}/play`);
  const bench = new Playground(page).bench;
  await bench.write(SLOW);
  await bench.run.click();
  await expect.poll(() => bench.events()).toBeGreaterThan(0);
  wire.cut();
  await expect(bench.outcome).toHaveAttribute("data-kind", "finished");
  const printed = (await bench.output.innerText()).match(/line \d+/g);
  expect(printed).toEqual(Array.from({ length: 40 }, (_, i) => `line ${i}`));
  await wire.close();
});

test("a syntax error is shown at its line, and nothing runs", async ({ page, complaints }) => {
  complaints.expect(statusError(422));
  const bench = await new Playground(page).write(SYNTAX_ERROR);
  for (const button of [bench.run, bench.step, bench.explore]) {
    await button.click();
    await expect(bench.errorLine).toHaveAttribute("data-line", "3");
    await expect(bench.errorLine).toContainText(/syntax/i);
    await bench.write(SYNTAX_ERROR + "\n");
    await expect(bench.errorLine).toBeHidden();
    await bench.write(SYNTAX_ERROR);
  }
});

test("a program that never ends: the limit has a name, and the page stays usable", async ({ page }) => {
  const bench = await new Playground(page).write(FOREVER);
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "limit", { timeout: 30_000 });
  await expect(bench.outcome).toContainText(/time/i);
  await expect(bench.output).toContainText("before");
  await bench.write(HELLO);
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "finished");
});

test("a program that prints for ever: the limit has a name, with the output so far", async ({ page }) => {
  const bench = await new Playground(page).write(CHATTER);
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "limit", { timeout: 30_000 });
  await expect(bench.outcome).toContainText(/output/i);
  await expect(bench.output).toContainText("xxx");
});

test("a program that eats memory: the limit has a name", async ({ page }) => {
  const bench = await new Playground(page).write(GLUTTON);
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "limit", { timeout: 30_000 });
  await expect(bench.outcome).toContainText(/memory/i);
});

test("a program that is too long is refused with the reason", async ({ page, complaints }) => {
  complaints.expect(statusError(413));
  const playground = new Playground(page);
  await playground.open();
  const bench = playground.bench;
  await bench.insert(TOO_LONG);
  await bench.run.click();
  await expect(bench.notice).toContainText(/64|65.?536|bytes|long/i);
  await bench.write(HELLO);
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "finished");
});

test("a damaged schedule: the reason, and an offer to start from step 0", async ({ page, complaints }) => {
  complaints.expect(statusError(422));
  const playground = new Playground(page);
  const bench = await playground.write(LOST_UPDATE);
  await bench.beginSteps();
  const program = new URL(page.url()).searchParams.get("program");
  await playground.open(`?program=${program}&schedule=h1.l.nonsense&step=3`);
  await expect(bench.notice).toContainText(/schedule/i);
  await bench.startOver.click();
  await bench.atStep(0);
  await bench.take(0);
});

test("a schedule made for another program is refused with the reason", async ({ page, complaints }) => {
  complaints.expect(statusError(422));
  const playground = new Playground(page);
  const bench = await playground.write(LOST_UPDATE);
  await bench.beginSteps();
  await bench.take(0);
  const schedule = new URL(page.url()).searchParams.get("schedule");
  await bench.write(HELLO);
  await bench.beginSteps();
  const program = new URL(page.url()).searchParams.get("program");
  await playground.open(`?program=${program}&schedule=${schedule}&step=1`);
  await expect(bench.notice).toContainText(/another program/i);
  await bench.startOver.click();
  await bench.atStep(0);
});

test("a schedule that this program cannot follow is refused", async ({ page, complaints }) => {
  complaints.expect(statusError(422));
  const playground = new Playground(page);
  const bench = await playground.write(LOST_UPDATE);
  await bench.beginSteps();
  await bench.take(0);
  const address = new URL(page.url());
  const prefix = (address.searchParams.get("schedule") ?? "").split(".").slice(0, 3).join(".");
  address.searchParams.set("schedule", `${prefix}.9x3`);
  address.searchParams.set("step", "3");
  await page.goto(address.toString());
  await expect(bench.notice).toBeVisible();
  await bench.startOver.click();
  await bench.atStep(0);
});

test("an unknown lesson is a page that says so", async ({ page, complaints }) => {
  complaints.expect(statusError(404));
  await page.goto("/lessons/no-such-lesson");
  await expect(page.getByRole("main")).toContainText(/no.*lesson|not found|unknown/i);
  await expect(page.getByRole("link", { name: /course|lessons/i }).first()).toBeVisible();
});
