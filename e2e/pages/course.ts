import type { Locator, Page } from "@playwright/test";

import { Workbench } from "./workbench";

/** The first page. */
export class Catalogue {
  constructor(readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto("/");
  }

  lesson(title: string): Locator {
    return this.page.getByRole("link", { name: title });
  }
}

/** A lesson with its cells and challenges. */
export class LessonPage {
  constructor(readonly page: Page) {}

  async open(slug: string): Promise<void> {
    await this.page.goto(`/lessons/${slug}`);
  }

  get title(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** The workbench of one cell; of a challenge by its name. */
  cell(id: string): Workbench {
    return workbench(this.page, id);
  }
}

/** The free playground. */
export class Playground {
  readonly bench: Workbench;

  constructor(readonly page: Page) {
    this.bench = workbench(page, "play");
  }

  async open(query = ""): Promise<void> {
    await this.page.goto(`/play${query}`);
  }

  async write(program: string): Promise<Workbench> {
    await this.open();
    await this.bench.write(program);
    return this.bench;
  }
}

function workbench(page: Page, cell: string): Workbench {
  return new Workbench(page, page.locator(`[data-testid="workbench"][data-cell="${cell}"]`));
}
