/** The pages of a report in a browser: they answer to pointer and keyboard. Started by pages_test.ts. */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { chart } from "../../src/report/chart.ts";
import { compactPath } from "../../src/report/compact_path.ts";
import { type ComparedRun, groupRuns } from "../../src/report/compare.ts";
import { writeComparison } from "../../src/report/compare_runs.ts";
import { readPageScript } from "../../src/report/page_script.ts";
import { renderSvg } from "../../src/report/render.ts";
import { readingOf, writeReport } from "../../src/report/report.ts";
import { RUNS } from "../../src/report/tokens.ts";
import type { TrustRecord } from "../../src/run/tables.ts";
import { framesAt } from "../report/synthetic_frames.ts";
import { LOG, MEASUREMENTS, RUN, withValues } from "../report/synthetic_run.ts";
import { pageTest } from "./browser.ts";

const ATTACK = `"><img src=x onerror=console.error(1)><script>console.error(2)</script></script>&amp;<!--`;
const HOSTILE = { ...RUN, dataset: { ...RUN.dataset, title: ATTACK }, command: ATTACK };

/** Within-class variation is undefined at epoch 20 and sensitive at epoch 100. */
const ROWS = withValues(MEASUREMENTS, ({ epoch }) => epoch === 20 ? { within_class_variation: null } : {});
const TRUST: TrustRecord = {
  format: 1,
  width: 512,
  checkpoints: [
    { epoch: 20, bootstrap: null, metrics: { within_class_variation: { undefined: `no modes ${ATTACK}` } } },
    {
      epoch: 100,
      bootstrap: null,
      metrics: {
        within_class_variation: {
          rank: { tolerance: 1e-16, kept: 9, of: 9, condition: 2 },
          sensitivity: { readings: [], spread: 1.5, verdict: "sensitive" },
          interval: { low: 0.1, high: 0.2, replicates: 50 },
        },
      },
    },
  ],
};

async function write(folder: string): Promise<void> {
  const script = await readPageScript();
  assert.ok(script !== null, "expected the script of the pages in build/, found none; run deno task ready");
  await writeReport(folder, { run: HOSTILE, measurements: ROWS, log: LOG, trust: TRUST, script });
}

const SPREAD = '[data-figure="Figure6_Within_Class_Variation"]';
const NORMS = '[data-figure="Figure2_Equinormality"]';

pageTest(
  "a report answers: pointer, chosen epoch, zoom, axes, link, files, keyboard",
  write,
  async ({ page, folder, t }) => {
    const address = `file://${folder}/index.html`;
    await page.goto(address);
    await page.waitForSelector("[data-ready]");

    await t.step("figures drawn in the page have the marks of their files", async () => {
      const { input } = readingOf(HOSTILE, ROWS, LOG, TRUST);
      for (const figure of input.figures) {
        const drawn = await (await near(page, `[data-figure="${figure.file}"]`)).evaluate((place) =>
          place.innerHTML
        );
        const named = figure === input.figures[0];
        assert.deepEqual(
          marksOf(drawn),
          marksOf(renderSvg(chart(figure, input.rows, { ...input.view, namesPhase: named }))),
        );
      }
    });

    await t.step(
      "every figure and table shows the epoch under the pointer, with value and doubt",
      async () => {
        await pointAt(page, SPREAD, 100);
        // All figures that are drawn by now: those above were looked at, one by one.
        assert.equal(await page.locator(".cross .hair").count(), 8);
        assert.equal(await captionOf(page, NORMS), "Epoch 100, click to hold");
        const shown = await page.locator('[data-column="within_class_variation"] [data-value]').getAttribute(
          "data-value",
        );
        assert.equal(Number(shown), ROWS.find(({ epoch }) => epoch === 100)!.values.within_class_variation);
        assert.equal(
          await page.locator('[data-column="within_class_variation"] .beside').textContent(),
          "0.100 to 0.200; sensitive inverse; 9 of 9 modes",
        );
        await pointAt(page, NORMS, 20);
        const reason = await page.locator('[data-column="within_class_variation"] .beside').textContent();
        assert.equal(reason, `no modes ${ATTACK}`);
        await page.mouse.move(5, 5);
        await page.waitForFunction(() => document.querySelectorAll(".cross .hair").length === 0);
        assert.equal(await captionOf(page, NORMS), "Start of the terminal phase → now");
      },
    );

    await t.step("a click holds an epoch, which the address keeps", async () => {
      await pointAt(page, SPREAD, 200);
      await page.mouse.down();
      await page.mouse.up();
      await page.mouse.move(5, 5);
      await page.waitForFunction(() => location.hash === "#epoch=200");
      assert.match(await captionOf(page, NORMS), /^Epoch 200, held/);
    });

    await t.step("dragging zooms all figures, one button leads back", async () => {
      const [from, to] = [await placeOf(page, SPREAD, 100), await placeOf(page, SPREAD, 300)];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 4 });
      await page.waitForSelector(".dragged rect");
      await page.mouse.up();
      await page.waitForFunction(() => location.hash.includes("zoom=100-300"));
      const labels = await page.locator(`${NORMS} [aria-label="x-axis tick label"]`).textContent();
      assert.match(labels!, /^100.*300$/);
      await page.getByRole("button", { name: "epochs 100 to 300" }).click();
      assert.doesNotMatch(await page.evaluate(() => location.hash), /zoom/);
    });

    await t.step("axes are logarithmic and shares hidden where asked for", async () => {
      const curves = () => page.locator(`${NORMS} [aria-label="line"]:not([aria-description]) path`).count();
      assert.equal(await curves(), 2);
      await page.getByRole("button", { name: "classifier", exact: true }).click();
      assert.equal(await curves(), 1);
      await page.getByRole("button", { name: "log epoch" }).click();
      await page.getByRole("button", { name: "linear" }).click();
      assert.equal(await page.evaluate(() => location.hash), "#epoch=200&x=log&y=linear&hide=classifier");
    });

    await t.step("a link restores what was chosen, and the keyboard does what the pointer does", async () => {
      await page.goto("about:blank");
      await page.goto(`${address}#epoch=200&hide=classifier&unknown=1&pair=self_duality,test_accuracy`);
      await page.waitForSelector("[data-ready]");
      assert.match(await captionOf(page, NORMS), /^Epoch 200, held/);
      assert.equal(
        await page.locator(`${NORMS} [aria-label="line"]:not([aria-description]) path`).count(),
        1,
      );
      assert.equal(await page.getByLabel("Across").inputValue(), "self_duality");
      assert.equal(
        await page.getByLabel("Across").locator("option:checked").textContent(),
        "Classifier onto class means, training (self_duality)",
      );
      await page.locator(SPREAD).focus();
      for (
        const [key, hash] of [["ArrowRight", "epoch=205"], ["Home", "epoch=1"], ["End", "epoch=350"]] as const
      ) {
        await page.keyboard.press(key);
        assert.ok((await page.evaluate(() => location.hash)).startsWith(`#${hash}`), key);
      }
      await page.keyboard.press("+");
      assert.match(await page.evaluate(() => location.hash), /zoom=/);
      await page.keyboard.press("0");
      await page.keyboard.press("Escape");
      assert.doesNotMatch(await page.evaluate(() => location.hash), /zoom|epoch/);
    });

    await t.step("a figure is saved as SVG, PNG and CSV, with its words inside", async () => {
      const svg = await saved(page, NORMS, "SVG");
      for (const words of ["Equal norms", "spread of norms: Std / Avg", "class means", "&lt;img"]) {
        assert.ok(new TextDecoder().decode(svg).includes(words), words);
      }
      const png = await saved(page, NORMS, "PNG");
      assert.deepEqual([...png.subarray(1, 4)], [0x50, 0x4e, 0x47]);
      const csv = new TextDecoder().decode(await saved(page, NORMS, "CSV"));
      const line = csv.split("\n").find((row) => row.includes(",100,equinorm_means,"))!;
      assert.equal(
        Number(line.split(",").at(-1)),
        ROWS.find(({ epoch }) => epoch === 100)!.values.equinorm_means,
      );
    });

    await t.step("on paper it takes a few sheets, with every figure drawn", async () => {
      const pdf = new TextDecoder("latin1").decode(await page.pdf({ format: "A4" }));
      const sheets = pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
      assert.ok(sheets >= 2 && sheets <= 8, `expected 2 to 8 sheets, found ${sheets}`);
      assert.equal(await page.locator(".card .drawing:not(:has(svg))").count(), 0);
    });

    await t.step("a narrow screen scrolls in one direction only", async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.equal(content, screen);
    });
  },
);

pageTest(
  "the page of definitions answers: filters, order, one definition large",
  write,
  async ({ page, folder, t }) => {
    await page.goto(`file://${folder}/definitions.html`);
    await page.waitForSelector("[data-ready]");
    const shown = () => page.locator("details.row:visible").count();
    const all = await shown();

    await t.step("rows are found by name, family and call", async () => {
      await page.getByLabel("Name").fill("norms");
      assert.equal(await shown(), 1);
      await page.getByLabel("Name").fill("");
      await page.getByLabel("Family").selectOption("NC2");
      assert.ok(await shown() > 1 && await shown() < all);
      await page.getByLabel("Family").selectOption("");
      await page.getByLabel("Call").selectOption("near, falling");
      assert.ok(await shown() >= 1 && await shown() < all);
      await page.getByLabel("Call").selectOption("");
    });

    await t.step("rows are sorted by their factor of fall", async () => {
      await page.getByLabel("Order").selectOption("fall");
      const falls = await page.locator("#NC2 details.row").evaluateAll((rows) =>
        rows.map((row) => Number((row as unknown as { dataset: Record<string, string> }).dataset.fall))
      );
      assert.deepEqual(falls, falls.toSorted((a, b) => b - a));
    });

    await t.step("an open definition shows the value under the pointer", async () => {
      await page.locator("#self_duality summary").first().click();
      await pointAt(page, '[data-figure="self_duality"]', 100);
      const value = await page.locator('[data-column="self_duality"] [data-value]').getAttribute(
        "data-value",
      );
      assert.equal(Number(value), ROWS.find(({ epoch }) => epoch === 100)!.values.self_duality);
    });
  },
);

async function writeCompared(folder: string): Promise<void> {
  const before = Deno.cwd();
  Deno.chdir(folder);
  try {
    const seeds = [1, 2, 3].map((seed) => compared(`seed ${seed}`, { seed }, seed));
    await writeComparison("both", groupRuns([...seeds, compared(ATTACK, { batchSize: 64 }, 5)]));
  } finally {
    Deno.chdir(before);
  }
}

function compared(
  name: string,
  training: Partial<typeof RUN.protocol.training>,
  factor: number,
): ComparedRun {
  const measurements = withValues(
    MEASUREMENTS,
    ({ values }) => ({ self_duality: values.self_duality! * factor }),
  );
  return {
    name,
    record: { ...RUN, protocol: { ...RUN.protocol, training: { ...RUN.protocol.training, ...training } } },
    measurements,
    trust: null,
    log: LOG,
  };
}

const DUALITY = '[data-figure="Figure5_Weights_Convergence"]';

pageTest(
  "runs compared: seeds as a band or apart, runs switched off, values under the pointer",
  writeCompared,
  async ({ page, folder, t }) => {
    await page.goto(`file://${folder}/reports/both/index.html`);
    await page.waitForSelector("[data-ready]");
    const curves = () => page.locator(`${DUALITY} [aria-label="line"]:not([aria-description]) path`).count();
    const bands = () => page.locator(`${DUALITY} [aria-label="area"] path`).count();

    await t.step("seeds are one curve with a band, and drawn apart on demand", async () => {
      await near(page, DUALITY);
      assert.deepEqual([await curves(), await bands()], [2, 1]);
      await page.getByRole("button", { name: "seeds apart" }).click();
      assert.deepEqual([await curves(), await bands()], [4, 0]);
      await page.getByRole("button", { name: "seeds apart" }).click();
    });

    await t.step("the pointer shows each run's value, the median of seeds", async () => {
      await pointAt(page, DUALITY, 100);
      const value = MEASUREMENTS.find(({ epoch }) => epoch === 100)!.values.self_duality!;
      const shown = await page.locator('[data-column="self_duality"] [data-value]').evaluateAll((cells) =>
        cells.map((cell) => Number(cell.getAttribute("data-value")))
      );
      assert.deepEqual(shown, [2 * value, 5 * value]);
    });

    await t.step("a run is switched off, which the address keeps, and keeps its colour", async () => {
      await page.getByRole("button", { name: "3 seeds" }).click();
      assert.equal(await curves(), 1);
      assert.match(await page.evaluate(() => location.hash), /off=/);
      const colour = await page.locator(`${DUALITY} [aria-label="line"]:not([aria-description]) path`)
        .getAttribute("stroke");
      assert.equal(colour, RUNS[1]!.light);
    });
  },
);

const NAMES = [ATTACK, ...Array.from({ length: 9 }, (_, i) => `thing ${i + 2}`)];

async function writeWithGeometry(folder: string): Promise<void> {
  const frames = framesAt([1, 50, 100, 150, 200, 250, 300, 350], NAMES);
  await writeReport(folder, {
    run: RUN,
    measurements: ROWS,
    log: LOG,
    frames,
    script: await readPageScript(),
  });
}

pageTest(
  "collapse is seen: played, stepped, turned, of chosen classes, and still where motion is unwanted",
  writeWithGeometry,
  async ({ page, folder, t }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(`file://${folder}/index.html`);
    await page.waitForSelector("[data-ready]");
    const places = () =>
      page.locator(".stage path").evaluateAll((paths) => paths.map((path) => path.getAttribute("d")).join());
    const epoch = () => page.locator(".moving output").textContent();

    await t.step("it stands still at the last checkpoint, names as text", async () => {
      await page.locator(".stage").scrollIntoViewIfNeeded();
      await page.waitForTimeout(500);
      assert.equal(await epoch(), "epoch 350");
      assert.ok((await page.locator(".stage text").allTextContents()).includes(ATTACK));
      assert.equal(await page.locator(".stills figure").count(), 6);
    });

    await t.step("the slider and the button move through the epochs", async () => {
      const last = await places();
      await page.getByLabel("Epoch", { exact: true }).fill("0");
      assert.equal(await epoch(), "epoch 1");
      assert.notEqual(await places(), last);
      await page.getByRole("button", { name: "play" }).click();
      await page.waitForFunction(() => document.querySelector(".moving output")!.textContent === "epoch 350");
      assert.equal(await places(), last);
      await page.waitForSelector("button:has-text('play')");
    });

    await t.step("dragging and keys turn it, 0 turns it back", async () => {
      const front = await places();
      const box = (await page.locator(".stage").boundingBox())!;
      await page.mouse.move(box.x + 100, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + 180, box.y + 130);
      await page.mouse.up();
      assert.notEqual(await places(), front);
      await page.locator(".stage").focus();
      await page.keyboard.press("0");
      assert.equal(await places(), front);
      await page.keyboard.press("ArrowRight");
      assert.notEqual(await places(), front);
      await page.keyboard.press("0");
    });

    await t.step("other classes are chosen, and none stands twice", async () => {
      await page.getByLabel("Class 1").selectOption("4");
      assert.ok((await page.locator(".stage text").allTextContents()).includes("thing 5"));
      await page.getByLabel("Class 2").selectOption("4");
      const chosen = await Promise.all(
        [1, 2, 3].map((place) => page.getByLabel(`Class ${place}`).inputValue()),
      );
      assert.deepEqual(chosen, ["1", "4", "2"]);
      assert.equal(await page.locator(".cosines rect").count(), 200);
    });
  },
);

/** Tags with their places and colours, without what differs between a browser's and another DOM's writing. */
function marksOf(svg: string): string[] {
  return [...svg.matchAll(/<(path|circle|rect|line|text)\b([^>]*)>/g)]
    .filter(([, , attributes]) => !attributes!.includes('class="paper"'))
    .map(([, tag, attributes]) =>
      [
        tag,
        ...[...attributes!.matchAll(/ (d|transform|x|y|cx|cy|r|width|height|fill|stroke)="([^"]*)"/g)]
          .map(([, name, value]) => `${name}=${inShort(name!, value!)}`).sort(),
      ].join(" ")
    );
}

/** As files write it; a page leaves out this work. */
function inShort(name: string, value: string): string {
  return (name === "d" ? compactPath(value) : null) ??
    value.replace(/-?\d+\.\d+/g, (digits) => String(Number(Number(digits).toFixed(2))));
}

/** A figure on the screen: it is drawn when it comes near. */
async function near(page: Page, figure: string): Promise<Locator> {
  const place = page.locator(figure);
  await place.scrollIntoViewIfNeeded();
  await place.locator("svg.layer").waitFor({ state: "attached" });
  return place;
}

/** Where an epoch lies on the screen, in the middle of a figure's frame. */
async function placeOf(page: Page, figure: string, epoch: number): Promise<{ x: number; y: number }> {
  const place = await near(page, figure);
  const box = (await place.locator("svg.chart:not(.layer)").boundingBox())!;
  const frame = await place.locator("svg.chart:not(.layer)").evaluate((svg, epoch) => {
    const plot = svg as unknown as {
      scale(name: string): { apply(value: number): number };
      viewBox: { baseVal: { width: number } };
    };
    return plot.scale("x").apply(epoch) / plot.viewBox.baseVal.width;
  }, epoch);
  return { x: box.x + frame * box.width, y: box.y + box.height / 2 };
}

async function pointAt(page: Page, figure: string, epoch: number): Promise<void> {
  const { x, y } = await placeOf(page, figure, epoch);
  await page.mouse.move(x, y);
  await page.waitForFunction(
    (epoch) =>
      document.querySelector("[data-values] caption b")?.textContent === `Epoch ${epoch}` ||
      [...document.querySelectorAll("[data-values] caption")].some((caption) =>
        caption.textContent?.startsWith(`Epoch ${epoch},`)
      ),
    epoch,
  );
}

async function captionOf(page: Page, figure: string): Promise<string> {
  return await page.locator("figure", { has: page.locator(figure) }).locator("caption").textContent() ?? "";
}

async function saved(page: Page, figure: string, format: string): Promise<Uint8Array> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("figure", { has: page.locator(figure) }).getByRole("button", { name: format }).click(),
  ]);
  return await Deno.readFile(await download.path());
}
