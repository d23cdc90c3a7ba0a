import { Playground } from "../pages/course";
import { expect, test } from "../fixtures";
import { HELLO } from "../programs";
import { print, summary } from "./figures";
import { LongRun } from "./long-run";

const EVENTS = 1_000_000;
const FRAMES = 150;

type Frames = { work: number[]; begins: number[] };

/** Measures what the page does in each animation frame: Heddle draws in no other place. */
function watchFrames(): void {
  const frames: Frames = { work: [], begins: [] };
  Object.assign(window, { frames });
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) =>
    ask((time) => {
      const begin = performance.now();
      draw(time);
      frames.work.push(performance.now() - begin);
      frames.begins.push(begin);
    });
}

test(`the timeline with ${EVENTS} events`, async ({ page, server }) => {
  const long = await LongRun.before(server.url, EVENTS);
  await page.addInitScript(watchFrames);
  await page.goto(`${long.url}/play`);
  const { bench } = new Playground(page);
  await bench.write(HELLO);
  const begin = Date.now();
  await bench.run.click();
  await expect(bench.outcome).toHaveAttribute("data-kind", "finished", { timeout: 240_000 });
  expect(await bench.events()).toBe(EVENTS);
  print(`taking in ${EVENTS} events`, `${((Date.now() - begin) / 1000).toFixed(1)} s`);

  const canvas = page.getByTestId("timeline-canvas");
  await canvas.scrollIntoViewIfNeeded();
  for (const [zooms, name] of [[0, "everything"], [12, "zoomed in"]] as const) {
    for (let i = 0; i < zooms; i++) await bench.root.getByRole("button", { name: "Zoom in" }).click();
    for (const axis of ["timeline-axis-steps", "timeline-axis-time"]) {
      await bench.root.getByTestId(axis).click();
      const { work, between } = await canvas.evaluate(pan, FRAMES);
      const where = `${axis.replace("timeline-axis-", "axis of ")}, ${name}`;
      print(`a frame while panning, ${where}`, summary(work));
      print("  from frame to frame", summary(between));
    }
  }
  await long.close();
});

/** Pans a little in every frame. */
async function pan(canvas: Element, count: number): Promise<{ work: number[]; between: number[] }> {
  const { frames } = window as unknown as { frames: Frames };
  const ask = (): Promise<unknown> => new Promise((wake) => setTimeout(wake, 0));
  frames.work.length = frames.begins.length = 0;
  while (frames.work.length < count) {
    const seen = frames.work.length;
    const deltaX = seen % 20 < 10 ? 30 : -30;
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaX, shiftKey: true, bubbles: true, cancelable: true }));
    while (frames.work.length === seen) await ask();
  }
  const between = frames.begins.slice(1).map((begin, i) => begin - (frames.begins[i] ?? begin));
  return { work: frames.work.slice(), between };
}
