import { expect, test } from "../fixtures";

test("every page comes with a strict content security policy", async ({ request }) => {
  for (const path of ["/", "/lessons/two-locks", "/play"]) {
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(200);
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy, path).toContain("default-src 'self'");
    expect(policy, path).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy, path).not.toContain("unsafe-inline");
    expect(answer.headers()["x-content-type-options"], path).toBe("nosniff");
  }
});

test("an inline script does not run", async ({ page, complaints }) => {
  complaints.expect(/Content Security Policy/i);
  await page.goto("/");
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.intruder = true";
    document.body.append(script);
    return "intruder" in window;
  });
  expect(ran).toBe(false);
});

test("nothing is fetched from anywhere else", async ({ page, server }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:" && origin !== server.url) elsewhere.push(request.url());
  });
  await page.goto("/lessons/two-locks");
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(elsewhere).toEqual([]);
});
