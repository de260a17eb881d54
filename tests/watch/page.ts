/** A page that follows a training in a browser: what comes is shown, what was chosen stays. Started by page_test.ts. */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { serveRun } from "../../src/watch/server.ts";
import { watchedRun } from "../../src/watch/watched_run.ts";
import { browser } from "../explore/browser.ts";
import { withTemporaryFolder } from "../support.ts";
import { growingRun } from "./growing_run.ts";

const LOSS = '[data-figure="Training_Loss"]';
const SPREAD = '[data-figure="Figure6_Within_Class_Variation"]';

async function fact(page: Page, name: string, value: string): Promise<void> {
  await page.waitForFunction(
    ([name, value]) => document.querySelector(`[data-fact="${name}"]`)?.textContent === value,
    [name, value],
  );
}

async function dotsOf(page: Page, figure: string): Promise<number> {
  // All dots of a curve are one path.
  const paths = await page.locator(`${figure} [aria-description="dots"] path`).all();
  const texts = await Promise.all(paths.map((path) => path.getAttribute("d")));
  return texts.join("").split(/m/i).length - 1;
}

Deno.test("a watched page follows epochs and measurements, and keeps what was chosen", async () => {
  await withTemporaryFolder(async (folder) => {
    const run = await growingRun(folder);
    await run.begin();
    await run.trainTo(3);
    await using watching = await serveRun(await watchedRun(run.paths));
    const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
    try {
      const trouble: string[] = [];
      page.on("console", (message) => trouble.push(message.text()));
      page.on("pageerror", (error) => trouble.push(error.message));
      page.on("request", (request) => {
        if (!request.url().startsWith(watching.address)) trouble.push(request.url());
      });
      await page.goto(`${watching.address}#y=log`);
      await fact(page, "Epoch", "3 of 350");
      const before = await dotsOf(page, LOSS);

      await run.trainTo(6);
      await fact(page, "Epoch", "6 of 350");
      assert.equal(await dotsOf(page, LOSS), before + 6);

      await run.measureTo(5);
      await page.waitForSelector(`${SPREAD} svg`);
      await page.locator(SPREAD).focus();
      await page.keyboard.press("End");
      await page.locator("#Figure2_Equinormality summary").click();
      await page.locator(SPREAD).focus();
      const [chosen, top] = [new URL(page.url()).hash, await page.evaluate(() => scrollY)];
      assert.equal(chosen, "#epoch=5&y=log");
      const dots = await dotsOf(page, SPREAD);

      await run.trainTo(20);
      await run.measureTo(20);
      await fact(page, "Measured", "5, last epoch 20");
      assert.equal(dots, 2);
      while (await dotsOf(page, SPREAD) !== 5) await page.waitForTimeout(50);
      assert.equal(new URL(page.url()).hash, chosen);
      assert.equal(await page.evaluate(() => scrollY), top);
      assert.equal(await page.locator("#Figure2_Equinormality details").getAttribute("open"), "");
      assert.equal(
        await page.evaluate(() => (document.activeElement as HTMLElement).dataset.figure),
        "Figure6_Within_Class_Variation",
      );
      await page.locator(LOSS).scrollIntoViewIfNeeded();
      await page.locator(`${LOSS} svg.layer`).waitFor({ state: "attached" });
      const held = page.locator("figure", { has: page.locator(LOSS) }).locator("caption");
      assert.match(await held.textContent() ?? "", /Epoch 5, held/);
      assert.deepEqual(trouble, []);
    } finally {
      await page.context().close();
    }
  });
});
