/** Pages of much stay light: 350 checkpoints with every column, 500 runs side by side. */
import assert from "node:assert/strict";
import { comparisonOf } from "../../src/report/compare_runs.ts";
import { groupRuns } from "../../src/report/compare.ts";
import { reportData } from "../../src/report/embed.ts";
import { askPage, type PageData } from "../../src/report/page_data.ts";
import { readPageScript } from "../../src/report/page_script.ts";
import { readingOf } from "../../src/report/report.ts";
import { test } from "../support.ts";
import { largePages, largeRun, manyRuns } from "./large_inputs.ts";
import { LOG, RUN } from "./synthetic_run.ts";

/** Bytes: 2 MB. */
const MOST = 2e6;

test(
  "the pages of 350 checkpoints with all columns are below 2 MB each, script and data inside",
  ["read"],
  async () => {
    const code = await readPageScript();
    assert.ok(code !== null, "expected the script of the pages in build/, found none; run deno task ready");
    assert.ok(Object.keys(largeRun().measurements[0]!.values).length >= 250);
    for (const [name, text] of await largePages()) {
      const bytes = new TextEncoder().encode(text).length;
      assert.ok(bytes < MOST, `${name}: expected under ${MOST} bytes, found ${bytes}`);
      assert.ok(text.includes(code.slice(-200).trim()), name);
    }
  },
);

Deno.test("what a page holds is what was measured, to the bit, with its doubts, intervals to seven digits", () => {
  const { measurements, trust } = largeRun({ seed: 2, replicates: 50 });
  const { input } = readingOf(RUN, measurements, LOG, trust);
  const data: PageData = JSON.parse(JSON.stringify(reportData(input, [], 10)));
  const columns = Object.keys(measurements[0]!.values);
  const rows = askPage(data)(columns);
  assert.equal(rows.length, columns.length * measurements.length);
  const values = new Map(measurements.map(({ epoch, values }) => [epoch, values]));
  const said = new Map(trust.checkpoints.map(({ epoch, metrics }) => [epoch, metrics]));
  for (const { epoch, column, value, doubt } of rows) {
    const { undefined: reason, rank, sensitivity, interval } = said.get(epoch)![column] ?? {};
    assert.equal(value, values.get(epoch)![column]);
    assert.equal(doubt?.undefined, reason);
    assert.equal(doubt?.rank?.kept, rank?.kept);
    assert.equal(doubt?.sensitivity?.verdict, sensitivity?.verdict);
    for (const end of ["low", "high"] as const) {
      const [held, measured] = [doubt?.interval?.[end] ?? NaN, interval?.[end] ?? NaN];
      assert.ok(
        Number.isNaN(measured) ? Number.isNaN(held) : Math.abs(held - measured) <= 1e-7 * Math.abs(measured),
      );
    }
  }
});

test("the page of 500 runs holds what the figures draw, once, and no picture", ["read"], async () => {
  const groups = groupRuns(manyRuns(500));
  const code = await readPageScript();
  const { page, rows } = comparisonOf(groups, code);
  const numbers = rows.length * 8;
  // Base64 is a third longer than bytes; the rest is the script, the style, the tables.
  assert.ok(page.length < numbers * 4 / 3 + 1.5e6, `${page.length} bytes for ${numbers}`);
  assert.doesNotMatch(page, /<svg[^>]*class="chart"[^>]*aria-label="Equal norms"/);
  assert.match(page, /<noscript><img src="Figure2_Equinormality\.svg"/);
});
