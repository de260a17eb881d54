/** Markup in every name, value and title of studies, comparisons and lists, in a browser. Started by hostile_test.ts. */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type ComparedRun, groupRuns } from "../../src/report/compare.ts";
import { comparisonOf } from "../../src/report/compare_runs.ts";
import { readPageScript } from "../../src/report/page_script.ts";
import type { Axis } from "../../src/study/file.ts";
import { studyPage } from "../../src/study/page.ts";
import type { CellResult } from "../../src/study/results.ts";
import type { Study } from "../../src/study/study.ts";
import { LOG, MEASUREMENTS, RUN } from "../report/synthetic_run.ts";
import { generatedStudy } from "../study/generated_study.ts";
import { pageTest } from "./browser.ts";

const ATTACK = `"><img src=x onerror=console.error(1)><script>console.error(2)</script></script>&amp;<!--`;
const ROWS = MEASUREMENTS.filter(({ epoch }) => epoch % 50 === 0);

/** The study of the other tests, with markup in its name, its data set, an axis, its values and the names of cells. */
function hostileStudy(): { study: Study; results: CellResult[] } {
  const { study, results } = generatedStudy();
  const named = (axis: Axis): Axis =>
    axis.name === "note"
      ? { ...axis, name: `note ${ATTACK}`, values: axis.values.map((value) => `${value} ${ATTACK}`) }
      : axis;
  const attacked = results.map((result): CellResult => {
    const { note, ...options } = result.cell.options;
    const cell = {
      ...result.cell,
      name: `${result.cell.name} ${ATTACK}`,
      options: { ...options, [`note ${ATTACK}`]: `${note} ${ATTACK}` },
    };
    return { ...result, cell };
  });
  const file = { ...study.file, name: ATTACK, dataset: ATTACK, axes: study.file.axes.map(named) };
  return { study: { ...study, file, cells: attacked.map(({ cell }) => cell) }, results: attacked };
}

/** Runs of two data sets, seeds of one among them, and some that others logged. */
function hostileRuns(count: number): ComparedRun[] {
  const record = (title: string, seed: number) => ({
    ...RUN,
    dataset: { ...RUN.dataset, title },
    protocol: { ...RUN.protocol, training: { ...RUN.protocol.training, seed } },
  });
  return Array.from({ length: count }, (_, i): ComparedRun => ({
    name: `${ATTACK} ${i}`,
    record: i === count - 1 ? null : record(`set ${i >> 1} ${ATTACK}`, i),
    measurements: ROWS.map(({ epoch, values }) => ({
      epoch,
      values: { ...values, self_duality: epoch === 50 ? null : values.self_duality! * (i + 1) },
    })),
    trust: {
      format: 1,
      width: 512,
      checkpoints: [{
        epoch: 50,
        bootstrap: null,
        metrics: { self_duality: { undefined: `none ${ATTACK}` } },
      }],
    },
    log: LOG,
  }));
}

async function write(folder: string): Promise<void> {
  const code = await readPageScript();
  assert.ok(code !== null, "expected the script of the pages in build/, found none; run deno task ready");
  const { study, results } = hostileStudy();
  const pages = {
    study: studyPage(study, results, { curves: null, code }),
    few: comparisonOf(groupRuns(hostileRuns(5)), code).page,
    many: comparisonOf(groupRuns(hostileRuns(25)), code).page,
  };
  for (const [name, page] of Object.entries(pages)) await Deno.writeTextFile(`${folder}/${name}.html`, page);
}

pageTest("names with markup are text in studies and comparisons", write, async ({ page, folder, t }) => {
  const open = async (name: string) => {
    await page.goto(`file://${folder}/${name}.html`);
    await page.waitForSelector("[data-ready]", { state: "attached" });
  };

  await t.step("in a study: its name, axes, values, cells, and what is chosen", async () => {
    await open("study");
    await onlyText(page, ATTACK);
    assert.equal(await page.locator("h1").textContent(), `Study ${ATTACK}`);
    await page.getByLabel("One colour each").selectOption(`note ${ATTACK}`);
    const words = await page.locator("section[aria-labelledby=any] > .note").textContent();
    assert.ok(words!.includes(`note ${ATTACK} a<b> ${ATTACK}`), words!);
    await page.getByLabel("Across").selectOption(`note ${ATTACK}`);
    assert.ok(
      (await page.locator("section[aria-labelledby=any] svg text").allTextContents()).includes(
        `note ${ATTACK}`,
      ),
    );
    await onlyText(page, ATTACK);
  });

  await t.step("among few runs: finding, tables, switches, the values under the keys", async () => {
    await open("few");
    await onlyText(page, `set 0 ${ATTACK}`);
    assert.ok((await page.locator(".lead").textContent())!.includes(ATTACK));
    const group = `set 0 ${ATTACK}, 2 seeds`;
    await page.getByRole("button", { name: group }).click();
    await page.getByRole("button", { name: "seeds apart" }).click();
    const duality = page.locator('[data-figure="Figure5_Weights_Convergence"]');
    await duality.focus();
    await duality.locator("svg.layer").waitFor({ state: "attached" });
    await page.keyboard.press("Home");
    const beside = await page.locator("#Figure5_Weights_Convergence .beside").allTextContents();
    assert.ok(beside.some((words) => words === `none ${ATTACK}`), beside.join("\n"));
    await page.locator('[data-figure="pair"]').scrollIntoViewIfNeeded();
    await page.locator('[data-figure="pair"] svg').waitFor();
    await onlyText(page, ATTACK);
  });

  await t.step("among many: a row each, sorted by its name", async () => {
    await open("many");
    await page.locator("table[data-sortable] thead button").first().click();
    await page.getByRole("button", { name: `set 3 ${ATTACK}, 2 seeds` }).click();
    await onlyText(page, `${ATTACK} 24`);
  });
});

/** Whether the words are there as text, and nothing that they would make. */
async function onlyText(page: Page, words: string): Promise<void> {
  const { said, made } = await page.evaluate(() => ({
    said: document.body.innerText,
    made: document.querySelectorAll("main img, main script, main [onerror]").length,
  }));
  assert.ok(said.includes(words), `expected ${words} in the text`);
  assert.equal(made, 0);
}
