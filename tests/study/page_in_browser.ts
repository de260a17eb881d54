/** The page of a study in a browser: any measurement against any axis. Started by page_in_browser_test.ts. */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { readPageScript } from "../../src/report/page_script.ts";
import { studyPage } from "../../src/study/page.ts";
import { pageTest } from "../explore/browser.ts";
import { generatedStudy } from "./generated_study.ts";

async function write(folder: string): Promise<void> {
  const code = await readPageScript();
  assert.ok(code !== null, "expected the script of the pages in build/, found none; run deno task ready");
  const { study, results } = generatedStudy();
  await Deno.writeTextFile(`${folder}/index.html`, studyPage(study, results, { curves: null, code }));
}

/** What stands above the figure, how many dots and rings are in it, and how many lines. */
async function drawn(page: Page): Promise<{ words: string; dots: number; rings: number; lines: number }> {
  return await page.evaluate(() => {
    const section = document.querySelector("section[aria-labelledby=any]")!;
    const titles = [...section.querySelectorAll("svg circle title")].map(({ textContent }) => textContent!);
    const rings = titles.filter((title) => title.startsWith("chosen: ")).length;
    return {
      words: section.querySelector(":scope > .note")!.textContent!.trim(),
      dots: titles.length - rings,
      rings,
      lines: section.querySelectorAll("svg [aria-label=line] path").length,
    };
  });
}

pageTest(
  "a study's page draws any measurement against any axis, with bands over seeds",
  write,
  async ({ page, folder }) => {
    await page.goto(`file://${folder}/index.html`);
    await page.waitForSelector("[data-ready]");
    assert.deepEqual(await drawn(page), { words: "n = 4", dots: 12, rings: 2, lines: 1 });
    await page.getByLabel("Up", { exact: true }).selectOption("self_duality");
    await page.getByLabel("One colour each").selectOption("note");
    assert.deepEqual(await drawn(page), { words: "note a<b>  note c&d n = 2", dots: 12, rings: 2, lines: 2 });
    await page.getByLabel("One colour each").selectOption("");
    await page.getByLabel("note", { exact: true }).selectOption("c&d");
    assert.deepEqual(await drawn(page), { words: "n = 2", dots: 6, rings: 0, lines: 1 });
    await page.getByLabel("Across").selectOption("seed");
    await page.getByLabel("lr", { exact: true }).selectOption("1");
    assert.deepEqual(await drawn(page), { words: "n = 1", dots: 2, rings: 0, lines: 1 });
    assert.equal(await page.locator("section[aria-labelledby=any] b").count(), 0);
  },
);
