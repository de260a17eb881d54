/** What a watched page leaves undone, so that the training loses no time to it: counted in a browser. Started by page_test.ts. */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { serveRun, type Watching } from "../../src/watch/server.ts";
import { watchedRun } from "../../src/watch/watched_run.ts";
import { browser } from "../explore/browser.ts";
import { withTemporaryFolder } from "../support.ts";
import { type GrowingRun, growingRun } from "./growing_run.ts";

/** Drawings of a figure so far, and changes of text among the facts. */
interface Counted {
  readonly drawn: number;
  readonly told: number;
}
type Counting = typeof globalThis & { counted: { drawn: number; told: number } };

interface Opened {
  readonly page: Page;
  readonly run: GrowingRun;
  readonly watching: Watching;
  /** Requests for the page itself, so far. */
  readonly loads: () => number;
}

const LOSS = '[data-figure="Training_Loss"]';
const SPREAD = '[data-figure="Figure6_Within_Class_Variation"]';

function quietTest(name: string, body: (opened: Opened) => Promise<void>): void {
  Deno.test(name, async () => {
    await withTemporaryFolder(async (folder) => {
      const run = await growingRun(folder);
      await run.begin();
      await run.trainTo(3);
      await using watching = await serveRun(await watchedRun(run.paths));
      const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
      try {
        let loads = 0;
        page.on("request", (request) => loads += Number(request.url() === watching.address));
        await page.goto(watching.address);
        await page.waitForSelector(`${LOSS} svg`);
        await body({ page, run, watching, loads: () => loads });
      } finally {
        await page.context().close();
      }
    });
  });
}

async function countFrom(page: Page): Promise<void> {
  await page.evaluate((figure) => {
    const counted = (globalThis as Counting).counted = { drawn: 0, told: 0 };
    const count = (selector: string, key: keyof Counted, wanted: (record: MutationRecord) => boolean) =>
      new MutationObserver((records) => counted[key] += records.filter(wanted).length)
        .observe(document.querySelector(selector)!, { childList: true, subtree: key === "told" });
    count(figure, "drawn", ({ addedNodes }) => addedNodes.length > 0);
    count(".live .facts", "told", () => true);
  }, LOSS);
}

async function countedIn(page: Page): Promise<Counted> {
  return await page.evaluate(() => (globalThis as Counting).counted);
}

async function fact(page: Page, name: string, value: string): Promise<void> {
  await page.waitForFunction(
    ([name, value]) => document.querySelector(`[data-fact="${name}"]`)?.textContent === value,
    [name, value],
  );
}

/** As a browser does where another tab covers the page: headless ones know of no other. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

/** As many events as epochs: the server need not look by itself. */
async function burst({ run, watching }: Opened, from: number, to: number): Promise<void> {
  for (let epoch = from; epoch <= to; epoch++) {
    await run.trainTo(epoch);
    await watching.look();
  }
}

quietTest(
  "many epochs within a second are drawn twice at most, the last of them for sure",
  async (opened) => {
    const { page } = opened;
    await countFrom(page);
    await burst(opened, 4, 33);
    await fact(page, "Epoch", "33 of 350");
    const { drawn } = await countedIn(page);
    assert.ok(drawn >= 1 && drawn <= 2, `expected one or two drawings, found ${drawn}`);
  },
);

quietTest("a reader who acts sees at once what waits", async (opened) => {
  const { page } = opened;
  const draws = async (epoch: number) => {
    await burst(opened, epoch, epoch);
    while (await page.locator('[data-fact="Epoch"]').textContent() !== `${epoch} of 350`) {
      await page.mouse.move(600, 300 + (performance.now() % 100));
    }
    return performance.now();
  };
  // Without the reader two are never less than two seconds apart; a busy machine may take that long by itself.
  let [least, last] = [Infinity, await draws(4)];
  for (let epoch = 5; epoch < 15 && least > 1800; epoch++) {
    const now = await draws(epoch);
    [least, last] = [Math.min(least, now - last), now];
  }
  assert.ok(least <= 1800, `expected less than the 2 s of others, found ${least} ms`);
});

quietTest("a page that is hidden draws nothing, asks for nothing and then shows all", async (opened) => {
  const { page, run, watching, loads } = opened;
  await hide(page, true);
  await countFrom(page);
  await burst(opened, 4, 12);
  await run.measureTo(10);
  await watching.look();
  // An age of ten seconds would be told, too.
  await page.waitForTimeout(2500);
  assert.deepEqual([await countedIn(page), loads()], [{ drawn: 0, told: 0 }, 1]);
  await hide(page, false);
  await fact(page, "Epoch", "12 of 350");
  await page.waitForSelector(`${SPREAD} svg`);
  assert.equal(loads(), 2);
});

quietTest("events without news change nothing on the page", async (opened) => {
  const { page, run, watching } = opened;
  await burst(opened, 4, 4);
  await fact(page, "Epoch", "4 of 350");
  await fact(page, "Last change", "just now");
  await countFrom(page);
  // The same rows in another file.
  await run.trainTo(4);
  await watching.look();
  await page.waitForTimeout(2500);
  assert.deepEqual(await countedIn(page), { drawn: 0, told: 0 });
});

quietTest("a figure out of sight is not drawn until it is seen, its numbers are told", async (opened) => {
  const { page, run } = opened;
  await run.measureTo(1);
  await page.waitForSelector(`${SPREAD} svg`);
  // Near enough to be drawn if it had never been.
  await page.locator(LOSS).evaluate((place) =>
    scrollTo(0, scrollY + place.getBoundingClientRect().bottom + 50)
  );
  await page.waitForTimeout(100);
  await countFrom(page);
  await run.trainTo(9);
  await fact(page, "Epoch", "9 of 350");
  assert.equal((await countedIn(page)).drawn, 0);
  await page.locator(LOSS).scrollIntoViewIfNeeded();
  await page.waitForFunction(() => (globalThis as Counting).counted.drawn === 1);
});

quietTest(
  "the moving picture stays as it was turned, at the last epoch, and does not play again",
  async (opened) => {
    const { page, run } = opened;
    const said = page.locator(".moving output");
    await run.drawTo(10);
    await run.measureTo(10);
    await page.getByLabel("Class 1").selectOption("4");
    assert.equal(await said.textContent(), "epoch 10");
    await page.locator(".stage").scrollIntoViewIfNeeded();
    await page.getByRole("button", { name: "pause" }).waitFor();
    await run.drawTo(20);
    await run.measureTo(20);
    await page.waitForFunction(() => document.querySelector(".moving output")?.textContent === "epoch 20");
    assert.equal(await page.getByLabel("Class 1").inputValue(), "4");
    await page.locator(".stage").scrollIntoViewIfNeeded();
    await page.waitForTimeout(500);
    assert.deepEqual([await said.textContent(), await page.getByRole("button", { name: "pause" }).count()], [
      "epoch 20",
      0,
    ]);
  },
);

quietTest("a server that ends has hidden pages fetch what they lack, and waits for them", async (opened) => {
  const { page, run, watching } = opened;
  await hide(page, true);
  await run.trainTo(350);
  await run.measureTo(350);
  await watching[Symbol.asyncDispose]();
  await hide(page, false);
  await page.waitForSelector(`${SPREAD} svg`);
  await fact(page, "Epoch", "350 of 350");
  await fact(page, "Last change", "unknown: the server has ended or is out of reach");
});
