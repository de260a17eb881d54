/** Pages of much stay light: 350 checkpoints with every column, 500 runs side by side. */
import assert from "node:assert/strict";
import type { Frame } from "../../src/collapse/geometry.ts";
import { comparisonOf } from "../../src/report/compare_runs.ts";
import { groupRuns } from "../../src/report/compare.ts";
import { definitionsData, reportData } from "../../src/report/embed.ts";
import { formatValue } from "../../src/report/format.ts";
import { packNumbers, unpackNumbers } from "../../src/report/packed.ts";
import { askPage, type PageData } from "../../src/report/page_data.ts";
import { readPageScript } from "../../src/report/page_script.ts";
import { readingOf } from "../../src/report/report.ts";
import { packFrame, unpackFrame } from "../../src/report/packed_frames.ts";
import { packRounded, unpackRounded } from "../../src/report/rounded.ts";
import { test } from "../support.ts";
import { largePages, largeRun, manyRuns } from "./large_inputs.ts";
import { framesAt } from "./synthetic_frames.ts";
import { LOG, RUN } from "./synthetic_run.ts";

/** Bytes: 2 MB. */
const MOST = 2e6;

test(
  "the pages of 350 checkpoints with all columns, their intervals and the moving picture are below 2 MB each, script and data inside",
  ["read"],
  async () => {
    const code = await readPageScript();
    assert.ok(code !== null, "expected the script of the pages in build/, found none; run deno task ready");
    assert.ok(Object.keys(largeRun().measurements[0]!.values).length >= 250);
    for (const [name, text] of await largePages({ replicates: 200 })) {
      const bytes = new TextEncoder().encode(text).length;
      assert.ok(bytes < MOST, `${name}: expected under ${MOST} bytes, found ${bytes}`);
      assert.ok(text.includes(code.slice(-200).trim()), name);
    }
  },
);

Deno.test("frames are packed to the thousandth, and far ones keep their directions", () => {
  // As files hold them, which know no −0.
  const near = JSON.parse(
    JSON.stringify(framesAt([3, 5], null).map(({ names: _, ...frame }) => frame)),
  ) as Frame[];
  assert.deepEqual(near.map((frame) => unpackFrame(packFrame(frame))), near);
  const without = { ...near[0]!, samples: near[0]!.samples.map((own, i) => own.slice(i % 3)), cosines: null };
  assert.deepEqual(unpackFrame(packFrame(without)), without);
  const far = { ...near[0]!, means: near[0]!.means.map((row) => row.map((value) => 400 * value)) };
  const { means } = unpackFrame(packFrame(far));
  const step = 400 * Math.max(...near[0]!.means.flat().map(Math.abs)) / 32767;
  means.flat().forEach((value, i) => assert.ok(Math.abs(value - far.means.flat()[i]!) <= step));
});

Deno.test("what a page holds is what was measured, to the bit, with the doubts of what it draws and intervals as shown", () => {
  const { measurements, trust } = largeRun({ seed: 2, replicates: 50 });
  const { input, families } = readingOf(RUN, measurements, LOG, trust);
  const values = new Map(measurements.map(({ epoch, values }) => [epoch, values]));
  const said = new Map(trust.checkpoints.map(({ epoch, metrics }) => [epoch, metrics]));
  for (const held of [reportData(input, [], 10), definitionsData(input, families)]) {
    const data: PageData = JSON.parse(JSON.stringify(held));
    const drawn = new Set(data.figures.flatMap(({ columns }) => columns.map(({ column }) => column)));
    const rows = askPage(data)(data.shapes[0]!.columns);
    assert.equal(rows.length, data.shapes[0]!.columns.length * measurements.length);
    for (const { epoch, column, value, doubt } of rows) {
      assert.equal(value, values.get(epoch)![column]);
      if (!drawn.has(column)) {
        assert.equal(doubt, null);
        continue;
      }
      const { undefined: reason, rank, sensitivity, interval } = said.get(epoch)![column] ?? {};
      assert.equal(doubt?.undefined, reason);
      assert.equal(doubt?.rank?.kept, rank?.kept);
      assert.equal(doubt?.sensitivity?.verdict, sensitivity?.verdict);
      assert.equal(formatValue(doubt?.interval?.low), formatValue(interval?.low));
      assert.equal(formatValue(doubt?.interval?.high), formatValue(interval?.high));
    }
  }
});

Deno.test("numbers are packed to the bit, and rounded as they are shown, however large and small they are together", () => {
  const numbers = [0, -0, 1, -1, Math.PI, 5e-324, -1e308, 1 / 3, null];
  const unpacked = unpackNumbers(packNumbers(numbers));
  numbers.forEach((number, i) => assert.ok(Object.is(unpacked[i], number ?? NaN), `${number}`));
  assert.doesNotMatch(packNumbers(Array.from({ length: 4000 }, (_, i) => Math.sin(i) ** 9)), /[<&"'\\/!`\s]/);
  for (const scale of [1e-30, 1e-6, 1, 1e9, 1e40]) {
    const values = Array.from({ length: 2000 }, (_, i) => i === 7 ? null : scale * Math.tan(i + 0.5));
    const shown = unpackRounded(packRounded(values));
    values.forEach((value, i) => assert.equal(formatValue(shown[i]), formatValue(value), `${value}`));
  }
  assert.deepEqual([...unpackRounded(packRounded([0.9995, 1e-40, 0, null]))], [1, 0, 0, NaN]);
  assert.deepEqual([...unpackRounded(packRounded([null, 0]))], [NaN, 0]);
});

test("the page of 500 runs holds what the figures draw, once, and no picture", ["read"], async () => {
  const groups = groupRuns(manyRuns(500));
  const code = await readPageScript();
  const { page, rows } = comparisonOf(groups, code);
  const numbers = rows.length * 8;
  // Packed numbers are a quarter longer than bytes; the rest is the script, the style, the tables.
  assert.ok(page.length < numbers * 5 / 4 + 1.5e6, `${page.length} bytes for ${numbers}`);
  assert.doesNotMatch(page, /<svg[^>]*class="chart"[^>]*aria-label="Equal norms"/);
  assert.match(page, /<noscript><img src="Figure2_Equinormality\.svg"/);
});
