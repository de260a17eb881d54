/** Numbers, escapes and lists as the report writes them. */
import assert from "node:assert/strict";
import { axisFor } from "../../src/report/axis.ts";
import { formatFall, formatPercent, formatPoints, formatValue } from "../../src/report/format.ts";
import { html } from "../../src/report/html.ts";
import { describeSteps } from "../../src/experiment/epochs.ts";
import { wrapInTwo } from "../../src/report/text_width.ts";

Deno.test("values keep three significant digits", () => {
  assert.equal(formatValue(0.0163444), "0.0163");
  assert.equal(formatValue(0.2), "0.200");
  assert.equal(formatValue(385.4), "385");
  assert.equal(formatValue(0), "0");
  assert.equal(formatValue(-0.5), "−0.500");
});

Deno.test("extreme values are written as powers of ten", () => {
  assert.equal(formatValue(4.1e-7), "4.1×10⁻⁷");
  assert.equal(formatValue(1e-10), "10⁻¹⁰");
  assert.equal(formatValue(-2.5e8), "−2.5×10⁸");
});

Deno.test("a missing value is a dash, never a zero", () => {
  for (const missing of [null, undefined, NaN]) assert.equal(formatValue(missing), "–");
  assert.equal(formatPercent(null), "–");
  assert.equal(formatFall(null, 1), "–");
  assert.equal(formatPoints(1, undefined), "–");
});

Deno.test("a percentage is not rounded to what it is below: one error in 50,000 is an error", () => {
  assert.equal(formatPercent(99.998), "99.998\u202f%");
  assert.equal(formatPercent(100 - 1e-4), "99.9999\u202f%");
  assert.equal(formatPercent(100), "100.00\u202f%");
  assert.equal(formatPercent(99.896), "99.90\u202f%");
  assert.equal(formatPercent(99.896, 99.9), "99.896\u202f%");
  assert.equal(formatPercent(99.9, 99.9), "99.90\u202f%");
});

Deno.test("a change says whether the value fell, rose or reached zero", () => {
  assert.equal(formatFall(8, 0.02), "÷ 400");
  assert.equal(formatFall(1, 1.5), "× 1.50");
  assert.equal(formatFall(1, 0), "to 0");
  assert.equal(formatFall(0, 1), "–");
  assert.equal(formatPoints(42.7, 100), "+57.3 pt");
  assert.equal(formatPoints(80, 79.5), "−0.5 pt");
});

Deno.test("html escapes every value that is not markup itself", () => {
  const name = `<b title="x">&'`;
  assert.equal(html`<p>${name}</p>`.markup, "<p>&lt;b title=&quot;x&quot;&gt;&amp;&#39;</p>");
  assert.equal(html`<p>${html`<b>${1}</b>`}</p>`.markup, "<p><b>1</b></p>");
  assert.equal(
    html`<ul>${[html`<li>a</li>`, html`<li>b</li>`]}</ul>`.markup,
    "<ul><li>a</li>\n<li>b</li></ul>",
  );
  assert.equal(html`${"a\u0000b\u001bc"}`.markup, "a\ufffdb\ufffdc");
});

Deno.test("a list of epochs is shortened where its steps are even", () => {
  assert.equal(describeSteps([1, 5, 10, 15, 20, 25]), "1, 5 to 25 in steps of 5");
  assert.equal(describeSteps([1, 2, 4, 8]), "1, 2, 4, 8");
  assert.equal(describeSteps([1, 2, 3, 4, 10]), "1 to 4 in steps of 1, 10");
  assert.equal(describeSteps([3]), "3");
  assert.equal(describeSteps([]), "");
});

Deno.test("a logarithmic axis has ticks at decades, and at 1-2-5 steps where decades are too few", () => {
  assert.deepEqual(axisFor("log", [1e-4, 10]).ticks, [1e-4, 1e-3, 0.01, 0.1, 1, 10]);
  assert.deepEqual(axisFor("log", [0.3, 0.9]).ticks, [0.2, 0.5, 1]);
  assert.deepEqual(axisFor("log", [7.7]).ticks, [5, 10]);
  assert.deepEqual(axisFor("log", [1, 1]).ticks, [1, 2]);
  assert.ok((axisFor("log", [1e-12, 1e6]).ticks as number[]).length <= 7);
});

Deno.test("an axis of extreme values names its power of ten once", () => {
  const linear = axisFor("linear", [0, 3.2e-10]);
  assert.deepEqual([linear.unit, linear.tickText!(2e-10)], ["10⁻¹⁰", "2.0"]);
  const log = axisFor("log", [3e6, 4e7]);
  assert.deepEqual([log.unit, (log.ticks as number[]).map(log.tickText!)], ["10⁶", [
    "2",
    "5",
    "10",
    "20",
    "50",
  ]]);
});

Deno.test("a linear axis starts at zero", () => {
  assert.equal(axisFor("linear", [0.4, 0.5]).domain[0], 0);
  assert.deepEqual(axisFor("linear", [0, 0]).domain, [0, 1]);
});

Deno.test("a title breaks between words, and only where it is too long", () => {
  assert.deepEqual(wrapInTwo("short", 100, 10), ["short", ""]);
  assert.deepEqual(wrapInTwo("distance from a frame", 100, 10), ["distance from a", "frame"]);
  assert.deepEqual(wrapInTwo("Unbreakableandverylong", 100, 10), ["Unbreakableandverylong", ""]);
});
