import { LessonPage, Playground } from "../pages/course";
import { expect, test } from "../fixtures";

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
  await expect(challenge.editor).toHaveAttribute("aria-readonly", "false");
  await challenge.root.getByRole("button", { name: "tools.py" }).click();
  await expect(challenge.editor).toHaveAttribute("aria-readonly", "true");
  await expect(challenge.editor).toContainText("HELP = 1");
  await challenge.editor.click();
  await page.keyboard.type("x");
  expect(await challenge.source()).toBe("HELP = 1\n");
});
