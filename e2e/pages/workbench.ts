import { expect, type Locator, type Page } from "@playwright/test";

/** Editor, timeline and panels around one program. */
export class Workbench {
  readonly editor: Locator;
  readonly run: Locator;
  readonly stop: Locator;
  readonly step: Locator;
  readonly explore: Locator;
  readonly submit: Locator;
  readonly back: Locator;
  readonly toStart: Locator;
  readonly replay: Locator;
  readonly startOver: Locator;
  readonly timeline: Locator;
  readonly scrubber: Locator;
  readonly stepCount: Locator;
  readonly outcome: Locator;
  readonly deadlockSentence: Locator;
  readonly waitGraph: Locator;
  readonly executions: Locator;
  readonly rate: Locator;
  readonly map: InterleavingMap;
  readonly story: Locator;
  readonly backToResult: Locator;
  readonly verdict: Locator;
  readonly errorLine: Locator;
  readonly notice: Locator;
  readonly live: Locator;
  readonly variables: Locator;
  readonly output: Locator;

  constructor(
    readonly page: Page,
    readonly root: Locator,
  ) {
    const part = (id: string): Locator => root.getByTestId(id);
    this.editor = part("editor").locator(".cm-content");
    this.run = part("run");
    this.stop = part("stop");
    this.step = part("step");
    this.explore = part("explore");
    this.submit = part("submit");
    this.back = part("back");
    this.toStart = part("to-start");
    this.replay = part("replay");
    this.startOver = part("start-over");
    this.timeline = part("timeline");
    this.scrubber = part("timeline-scrubber");
    this.stepCount = part("step-count");
    this.outcome = part("outcome");
    this.deadlockSentence = part("deadlock-sentence");
    this.waitGraph = part("wait-graph");
    this.executions = part("executions");
    this.rate = part("rate");
    this.map = new InterleavingMap(part("map"));
    this.story = part("story");
    this.backToResult = part("back-to-result");
    this.verdict = part("verdict");
    this.errorLine = part("error-line");
    this.notice = part("notice");
    this.live = part("live-region");
    this.variables = part("variables");
    this.output = part("output");
  }

  /** Brings the editor to the screen: it is not loaded before. */
  async toEditor(): Promise<void> {
    await this.root.scrollIntoViewIfNeeded();
    await expect(this.editor).toBeVisible();
  }

  /** The program as the editor shows it. */
  async source(): Promise<string> {
    await this.toEditor();
    const lines = await this.editor.locator(".cm-line").allTextContents();
    return lines.join("\n");
  }

  /** Replaces the whole program, by keyboard, and reads it back. */
  async write(program: string): Promise<void> {
    await this.insert(program);
    await expect.poll(() => this.source()).toBe(program);
  }

  /** The same for a program so long that the editor draws only a part of it. */
  async insert(program: string): Promise<void> {
    await this.toEditor();
    await this.editor.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(program);
  }

  task(n: number): Locator {
    return this.root.getByTestId(`task-${n}`);
  }

  /** How many steps the state on show has behind it. */
  steps(): Promise<number> {
    return figure(this.stepCount, "data-step");
  }

  /** How many events the timeline has. */
  events(): Promise<number> {
    return figure(this.timeline, "data-events");
  }

  /** How many executions the search has behind it. */
  tried(): Promise<number> {
    return figure(this.executions, "data-count");
  }

  /** Starts to step and waits for step 0. */
  async beginSteps(): Promise<void> {
    await this.step.click();
    await this.atStep(0);
  }

  async atStep(n: number): Promise<void> {
    await expect(this.stepCount).toHaveAttribute("data-step", String(n));
  }

  /** Lets task n take one step. */
  async take(n: number): Promise<void> {
    const before = await this.steps();
    await this.task(n).click();
    await this.atStep(before + 1);
  }

  /** Lets task n go on until it waits or has ended. */
  async takeAll(n: number): Promise<void> {
    while (await this.task(n).isEnabled()) await this.take(n);
  }

  /** Lets task n go on until the sentence about its last step matches. */
  async takeUntil(n: number, sentence: RegExp): Promise<void> {
    do {
      await expect(this.task(n), `task ${n} before ${sentence}`).toBeEnabled();
      await this.take(n);
    } while (!sentence.test((await this.live.textContent()) ?? ""));
  }
}

/** The map of interleavings. */
export class InterleavingMap {
  readonly picture: Locator;
  readonly summary: Locator;
  readonly sentence: Locator;
  readonly listToggle: Locator;
  readonly list: Locator;
  readonly here: Locator;

  constructor(readonly root: Locator) {
    this.picture = root.locator(".map-window");
    this.summary = root.getByTestId("map-summary");
    this.sentence = root.getByTestId("map-sentence");
    this.listToggle = root.getByTestId("map-list-toggle");
    this.list = root.getByTestId("map-list");
    this.here = root.getByTestId("map-here");
  }

  /** Rows that end in a way: `fine`, `failed`, `folded` … */
  rows(end: string): Locator {
    return this.root.locator(`.map-window .map-row-${end}`);
  }

  /** Behaviours on it so far. */
  behaviours(): Promise<number> {
    return figure(this.root, "data-behaviours");
  }
}

/** A number that the page keeps in an attribute; waits for the attribute to be there. */
async function figure(element: Locator, attribute: string): Promise<number> {
  await expect(element).toHaveAttribute(attribute, /^\d+$/);
  return Number(await element.getAttribute(attribute));
}
