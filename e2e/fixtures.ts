import { test as base, expect, type Page } from "@playwright/test";

import { HeddleServer } from "./server";

/** What a browser complained about while a test ran. */
export class Complaints {
  private readonly seen: string[] = [];
  private readonly expected: RegExp[] = [];

  /** This test provokes messages like this one. */
  expect(...patterns: RegExp[]): void {
    this.expected.push(...patterns);
  }

  watch(page: Page): void {
    page.on("console", (message) => {
      if (message.type() === "error") this.seen.push(message.text());
    });
    page.on("pageerror", (error) => this.seen.push(`${error.name}: ${error.message}`));
  }

  get unexpected(): string[] {
    return this.seen.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
  }
}

/** Chromium's own words for an answer of the server that is not 2xx. */
export const statusError = (status: number): RegExp => new RegExp(`status of ${status}`);

type Fixtures = { complaints: Complaints };
type WorkerFixtures = { server: HeddleServer };

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await HeddleServer.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 45_000 },
  ],

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  // A violation of the content security policy reaches the console as an error, so one net
  // catches both. Every test has it.
  complaints: [
    async ({ context }, use) => {
      const complaints = new Complaints();
      context.on("page", (page) => complaints.watch(page));
      await use(complaints);
      expect(complaints.unexpected, "errors in the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
