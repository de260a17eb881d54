/** Pages by the keyboard alone: what the pointer does has a key, and what has the focus is seen. Started by keyboard_test.ts. */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type ComparedRun, groupRuns } from "../../src/report/compare.ts";
import { comparisonOf } from "../../src/report/compare_runs.ts";
import { readPageScript } from "../../src/report/page_script.ts";
import { pagesOf } from "../report/large_inputs.ts";
import { framesAt } from "../report/synthetic_frames.ts";
import { LOG, MEASUREMENTS, RUN, withValues } from "../report/synthetic_run.ts";
import { pageTest } from "./browser.ts";

const NAMES = Array.from({ length: 10 }, (_, i) => `thing ${i + 1}`);
/** Few checkpoints: what is pressed counts, not what is drawn. */
const ROWS = MEASUREMENTS.filter(({ epoch }) => epoch === 1 || epoch % 50 === 0);

function compared(
  name: string,
  factor: number,
  training: Partial<typeof RUN.protocol.training>,
): ComparedRun {
  const protocol = { ...RUN.protocol, training: { ...RUN.protocol.training, ...training } };
  const measurements = withValues(ROWS, ({ values }) => ({ self_duality: values.self_duality! * factor }));
  return { name, record: { ...RUN, protocol }, measurements, trust: null, log: LOG };
}

async function write(folder: string): Promise<void> {
  const script = await readPageScript();
  assert.ok(script !== null, "expected the script of the pages in build/, found none; run deno task ready");
  const frames = framesAt([1, 100, 200, 350], NAMES);
  const seeds = [1, 2].map((seed) => compared(`seed ${seed}`, seed, { seed }));
  const few = groupRuns([...seeds, compared("other", 5, { batchSize: 64 })]);
  const many = groupRuns(
    Array.from({ length: 12 }, (_, i) => compared(`run ${i}`, 1 + (i * 5) % 12, { batchSize: 64 + i })),
  );
  const pages = new Map([
    ...pagesOf({ measurements: ROWS, frames }, script),
    ["few", comparisonOf(few, script).page],
    ["many", comparisonOf(many, script).page],
  ]);
  for (const [name, page] of pages) await Deno.writeTextFile(`${folder}/${name}.html`, page);
}

pageTest(
  "the keyboard alone does what the pointer does, and its focus is seen",
  write,
  async ({ page, folder, t }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    const open = async (name: string) => {
      await page.goto(`file://${folder}/${name}.html`);
      await page.waitForSelector("[data-ready]", { state: "attached" });
    };
    const hash = () => page.evaluate(() => decodeURIComponent(location.hash));
    const text = (selector: string) => page.locator(selector).textContent();

    for (const name of ["few", "index", "definitions"]) {
      await t.step(`Tab reaches every control of ${name}, each with its focus seen`, async () => {
        await open(name);
        const { unseen, missed, visited } = await walk(page);
        assert.deepEqual(unseen, []);
        assert.deepEqual(missed, []);
        assert.ok(visited > 20, `${visited}`);
      });
    }

    await t.step(
      "runs compared: switched, apart, held, zoomed, large, one measure against another",
      async () => {
        await open("few");
        await page.getByRole("button", { name: "other" }).focus();
        await page.keyboard.press("Space");
        assert.equal(await hash(), "#off=other");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: "seeds apart" }).focus();
        await page.keyboard.press("Space");
        assert.equal(await hash(), "#apart=yes");
        await page.locator('[data-figure="Figure5_Weights_Convergence"]').focus();
        await page.keyboard.press("End");
        await page.keyboard.press("ArrowLeft");
        await page.keyboard.press("+");
        assert.equal(await hash(), "#epoch=300&zoom=213-387&apart=yes");
        await page.keyboard.press("0");
        await page.locator("#Figure5_Weights_Convergence .enlarge").focus();
        await page.keyboard.press("Enter");
        assert.match(await hash(), /large=Figure5/);
        await page.locator('[data-figure="pair"]').focus();
        await page.locator('[data-figure="pair"] svg').waitFor();
        await page.keyboard.press("ArrowLeft");
        assert.match(await hash(), /epoch=250/);
        assert.match((await text(".pair [role=status]"))!, /^Epoch 250: .* across, .* up; other /);
        await page.keyboard.press("Escape");
        assert.match((await text(".pair [role=status]"))!, /ringed/);
      },
    );

    await t.step("many runs are sorted by a column, and back", async () => {
      await open("many");
      const order = () => page.locator("table[data-sortable] tbody th").allTextContents();
      const before = await order();
      const head = page.locator("table[data-sortable] thead button", {
        hasText: "Classifier onto class means",
      });
      await head.focus();
      await page.keyboard.press("Enter");
      const sorted = await page.locator('table[data-sortable] td[data-run="Classifier onto class means"]')
        .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute("data-value"))));
      assert.deepEqual(sorted, sorted.toSorted((a, b) => b - a));
      assert.notDeepEqual(await order(), before);
      await page.locator("table[data-sortable] thead button").first().focus();
      await page.keyboard.press("Space");
      assert.deepEqual((await order()).map((name) => name.trim()), NAMES_IN_ORDER);
      assert.equal(await page.locator("[aria-sort=ascending]").count(), 1);
    });

    await t.step("collapse is turned, stepped, played, of other classes, and read pair by pair", async () => {
      await open("index");
      const places = () =>
        page.locator(".stage path").evaluateAll((paths) =>
          paths.map((path) => path.getAttribute("d")).join()
        );
      const front = await places();
      await page.locator(".stage").focus();
      await page.keyboard.press("ArrowRight");
      assert.notEqual(await places(), front);
      await page.keyboard.press("0");
      assert.equal(await places(), front);
      await page.getByLabel("Epoch", { exact: true }).focus();
      await page.keyboard.press("ArrowLeft");
      assert.equal(await text(".moving output"), "epoch 200");
      await page.getByRole("button", { name: "play" }).focus();
      await page.keyboard.press("Space");
      await page.waitForFunction(() => document.querySelector(".moving output")!.textContent === "epoch 350");
      await page.getByLabel("Class 1").focus();
      await page.keyboard.press("End");
      assert.equal(await page.getByLabel("Class 1").inputValue(), "9");
      await page.locator(".cosines svg").first().focus();
      await page.keyboard.press("ArrowDown");
      assert.match(
        (await text(".cosines [role=status]"))!,
        /^thing 2 and thing 1: −0\.111 of class means, −0\.111 of rows of the classifier; a simplex has −0\.111\.$/,
      );
      assert.equal(await page.locator(".cosines .ring").count(), 2);
      await page.keyboard.press("Escape");
      assert.equal(await page.locator(".cosines .ring").count(), 0);
    });

    await t.step("a definition is found, opened and read", async () => {
      await open("definitions");
      await page.getByLabel("Name").focus();
      await page.keyboard.type("self");
      await page.locator("details.row:visible summary").first().focus();
      await page.keyboard.press("Enter");
      const drawing = page.locator("details[open] .drawing");
      await drawing.locator("svg.layer").waitFor({ state: "attached" });
      await drawing.focus();
      await page.keyboard.press("End");
      assert.match((await text("details[open] [data-values] caption"))!, /^Epoch 350, held/);
      const value = await page.locator("details[open] [data-value]").first().getAttribute("data-value");
      assert.equal(Number(value), MEASUREMENTS.at(-1)!.values.self_duality);
    });

    await t.step("a row that has the focus is not under the heading that stays", async () => {
      await open("definitions");
      const rows = page.locator("details.row > summary");
      await rows.last().focus();
      for (let i = await rows.count(); i > 1; i--) {
        await page.keyboard.press("Shift+Tab");
        const room = await page.evaluate(() =>
          document.activeElement!.getBoundingClientRect().top -
          document.querySelector(".heads")!.getBoundingClientRect().bottom
        );
        assert.ok(room >= 0, `row ${i - 1} begins ${-room} px under the heading`);
      }
    });
  },
);

const NAMES_IN_ORDER = Array.from({ length: 12 }, (_, i) => `run ${i}`);

/** Presses Tab from the top to the end: what has no outline, what was not reached, and how many were. */
async function walk(page: Page): Promise<{ unseen: string[]; missed: string[]; visited: number }> {
  const seen = new Map<string, string>();
  await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    const controls = document.querySelectorAll("a[href], button, select, input, summary, [tabindex='0']");
    [...controls].filter((control) => control.checkVisibility()).forEach((control, i) => {
      control.setAttribute(
        "data-stop",
        `${i} ${control.tagName} ${
          (control.getAttribute("aria-label") ?? control.textContent ?? "").trim().slice(0, 30)
        }`,
      );
    });
  });
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const active = document.activeElement!;
      const { outlineStyle, outlineWidth } = getComputedStyle(active);
      const name = active.getAttribute("data-stop");
      return name === null ? null : { name, seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
    });
    if (stop === null || seen.has(stop.name)) break;
    seen.set(stop.name, stop.seen ? "" : stop.name);
  }
  const all = await page.evaluate(() =>
    [...document.querySelectorAll("[data-stop]")].filter((control) => control.checkVisibility())
      .map((control) => control.getAttribute("data-stop")!)
  );
  return {
    unseen: [...seen.values()].filter(Boolean),
    missed: all.filter((name) => !seen.has(name)),
    visited: seen.size,
  };
}
