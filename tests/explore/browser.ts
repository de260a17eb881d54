/** Pages in Chromium, as a reader opens them from disk. */
import { type Browser, chromium, type Page } from "playwright-core";
import { withTemporaryFolder } from "../support.ts";
import { CHROMIUM, findProgram, pathOf, QUIET } from "../programs.ts";

/** Of all tests of a file: starting it takes longer than most of them. */
export let browser: Browser;
Deno.test.beforeAll(async () => {
  browser = await chromium.launch({ executablePath: pathOf(findProgram(CHROMIUM)!), args: QUIET });
});
Deno.test.afterAll(() => browser.close());

export interface Opened {
  readonly page: Page;
  readonly folder: string;
  readonly t: Deno.TestContext;
}

/** Registers a test of pages that `write` puts into a folder; fails for any message of the console and any request. */
export function pageTest(
  name: string,
  write: (folder: string) => Promise<void>,
  body: (opened: Opened) => Promise<void>,
): void {
  Deno.test(name, async (t) => {
    await withTemporaryFolder(async (folder) => {
      await write(folder);
      const { page, trouble } = await quietPage();
      try {
        await body({ page, folder, t });
        if (trouble.length > 0) throw new Error(`expected a silent page, found ${trouble.join("; ")}`);
      } finally {
        await page.context().close();
      }
    });
  });
}

/** A page whose messages, errors and requests are collected. */
async function quietPage(): Promise<{ page: Page; trouble: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  const trouble: string[] = [];
  page.on("console", (message) => trouble.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !(url.startsWith("file:") && request.isNavigationRequest())) {
      trouble.push(`request: ${url}`);
    }
  });
  return { page, trouble };
}
