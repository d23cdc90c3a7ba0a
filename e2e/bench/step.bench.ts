import type { Page } from "@playwright/test";

import { Playground } from "../pages/course";
import { test } from "../fixtures";
import { LOST_UPDATE } from "../programs";
import { print, summary } from "./figures";

const TWO_PROCESSES = `from multiprocessing import Lock, Process, Value

def work(lock, value):
    for _ in range(3):
        with lock:
            value.value += 1

if __name__ == "__main__":
    lock, value = Lock(), Value("i", 0, lock=False)
    both = [Process(target=work, args=(lock, value)) for _ in range(2)]
    for one in both: one.start()
    for one in both: one.join()
    print(value.value)
`;

type Moment = { key: number; asked: number; answered: number; shown: number; painted: number };

/** Notes when a key came, when the new state was in the page, and when it had been painted. */
function watch(): void {
  const moments: Moment[] = [];
  let key = 0;
  Object.assign(window, { moments });
  addEventListener("keydown", (event) => (key = event.timeStamp), { capture: true });
  const count = document.querySelector("[data-testid=step-count]");
  new MutationObserver(() => {
    const shown = performance.now();
    // After the frame with the change has been drawn: a task that follows its animation frame.
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const asked = performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith("/api/steps"));
        const last = asked.at(-1) as PerformanceResourceTiming | undefined;
        const ask = last && last.startTime >= key ? last : undefined;
        moments.push({ key, asked: ask?.startTime ?? NaN, answered: ask?.responseEnd ?? NaN, shown, painted: performance.now() });
        performance.clearResourceTimings();
      };
      channel.port2.postMessage(0);
    });
  }).observe(count!, { attributeFilter: ["data-step"] });
}

/** What asking the server costs when there is nothing to do: Chromium, the network, the server. */
async function emptyRequests(): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < 20; i++) {
    const begin = performance.now();
    await (await fetch("/healthz")).text();
    all.push(performance.now() - begin);
    await new Promise((wake) => setTimeout(wake, 50));
  }
  return all;
}

async function press(page: Page, bench: Playground["bench"], key: string, step: number): Promise<void> {
  await page.keyboard.press(key);
  await bench.atStep(step);
  await page.waitForTimeout(50);
}

const programs = [
  ["threads", LOST_UPDATE],
  ["two processes", TWO_PROCESSES],
] as const;

for (const [name, program] of programs) {
  test(`a step, ${name}`, async ({ page }) => {
    const bench = await new Playground(page).write(program);
    await bench.beginSteps();
    await bench.toStart.focus();
    await page.evaluate(watch);
    const back: Moment[] = [];
    const forward: Moment[] = [];
    const take = async (): Promise<Moment[]> =>
      page.evaluate(() => (window as unknown as { moments: Moment[] }).moments.splice(0));
    for (let round = 0; round < 4; round++) {
      // Each round takes its own way, so that no state is known already.
      let step = await bench.steps();
      for (let n = 0; n < 12; n++) {
        const tasks = await bench.root.locator("[data-status=enabled]").all();
        const chosen = tasks[(n + round) % Math.max(tasks.length, 1)];
        const key = await chosen?.getAttribute("aria-keyshortcuts");
        if (key == null) break;
        await press(page, bench, key, ++step);
      }
      forward.push(...(await take()));
      while (step > 0) await press(page, bench, "ArrowLeft", --step);
      back.push(...(await take()));
    }
    const asked = forward.filter((moment) => !Number.isNaN(moment.asked));
    print(`step, ${name}: key to painted`, summary(asked.map((m) => m.painted - m.key)));
    print("  for comparison: an empty request from this page", summary(await page.evaluate(emptyRequests)));
    print("  key to request", summary(asked.map((m) => m.asked - m.key)));
    print("  request (server and runner)", summary(asked.map((m) => m.answered - m.asked)));
    print("  answer to new state in the page", summary(asked.map((m) => m.shown - m.answered)));
    print("  page to painted (waits for the next frame)", summary(asked.map((m) => m.painted - m.shown)));
    print(`step back, ${name}: key to painted`, summary(back.map((m) => m.painted - m.key)));
  });
}
