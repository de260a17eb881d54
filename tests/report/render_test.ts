/** SVG files stand alone; PNG files show text on any machine. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import * as Plot from "@observablehq/plot";
import { equinormality } from "../../src/report/figures/equinormality.ts";
import { PNG } from "pngjs";
import { renderPng, renderSvg } from "../../src/report/render.ts";
import { picturesOf, readingOf } from "../../src/report/report.ts";
import { rasterisersPng } from "./ink.ts";
import { LOG, MEASUREMENTS, RUN } from "./synthetic_run.ts";

const { input, families } = readingOf(
  { ...RUN, dataset: { ...RUN.dataset, title: "A & B <net>" } },
  MEASUREMENTS,
  LOG,
  null,
);
const SVG = picturesOf(input, families).get(equinormality.file)!;

Deno.test("an SVG stands alone: namespace, a generic font, a ground, nothing from elsewhere", () => {
  assert.match(SVG, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(SVG, /font-family="[^"]*, sans-serif"/);
  assert.match(SVG, /<rect class="paper"/);
  assert.doesNotMatch(SVG, /href|url\(|<style|<script|<image/);
});

Deno.test("an SVG escapes the names it is given", () => {
  assert.match(SVG, /A &amp; B &lt;net&gt;, ResNet-18/);
  assert.doesNotMatch(SVG, /<net>/);
});

Deno.test("lengths in an SVG have at most two decimals", () => {
  const lengths = SVG.match(/ (?:d|transform|x|y|cx|cy|x1|x2|y1|y2)="[^"]*"/g)!;
  assert.ok(lengths.length > 40);
  assert.deepEqual(lengths.filter((length) => /\d\.\d{3}/.test(length)), []);
});

Deno.test("a figure whose marks are cut to its frame is the same file whatever was drawn before, with names of its own", () => {
  const cut = (last: number) =>
    renderSvg({ marks: [Plot.line([[0, 0], [1, last]], { clip: true }), Plot.ruleX([0], { clip: true })] });
  const [first, again, other] = [cut(1), cut(1), cut(2)];
  assert.equal(again, first);
  const namesIn = (svg: string) => [...svg.matchAll(/ id="([^"]*)"/g)].map(([, name]) => name!);
  const names = [...namesIn(first), ...namesIn(other)];
  assert.equal(names.length, 2);
  assert.equal(new Set(names).size, 2);
  for (const name of namesIn(first)) assert.ok(first.includes(`"url(#${name})"`), name);
});

Deno.test("a PNG has two pixels a px in each direction", async () => {
  const png = await renderPng(SVG);
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const header = Buffer.from(png);
  assert.deepEqual([header.readUInt32BE(16), header.readUInt32BE(20)], [1184, 892]);
});

Deno.test("a PNG has the pixels of the rasteriser's own, on white where the picture is clear", async () => {
  const clear = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7">
    <rect x="2" y="1" width="5" height="3" fill="#c08040" fill-opacity="0.4"/></svg>`;
  for (const svg of [SVG, clear]) {
    const [own, theirs] = [await renderPng(svg), await rasterisersPng(svg)].map((png) =>
      PNG.sync.read(Buffer.from(png))
    );
    assert.deepEqual([own!.width, own!.height], [theirs!.width, theirs!.height]);
    assert.ok(own!.data.equals(theirs!.data));
  }
  const { data } = PNG.sync.read(Buffer.from(await renderPng(clear, { scale: 1 })));
  const pixel = (x: number, y: number) => [...data.subarray((9 * y + x) * 4, (9 * y + x + 1) * 4)];
  assert.deepEqual(pixel(0, 0), [255, 255, 255, 255]);
  const shared = [0xc0, 0x80, 0x40].map((colour) => 0.4 * colour + 0.6 * 255);
  [...shared, 255].forEach((value, i) => assert.ok(Math.abs(pixel(4, 2)[i]! - value) <= 1));
});

Deno.test("a PNG shows text in regular and in semibold without any font of the machine", async () => {
  const withText = (attributes: string, text: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text x="5" y="25" ${attributes}>${text}</text></svg>`;
  const blank = await renderPng(withText("", ""));
  const regular = await renderPng(withText("", "‖W‖ μ Σ † ² 10⁻³ ≥ × ÷ −"));
  const semibold = await renderPng(withText('font-weight="600"', "‖W‖ μ Σ † ² 10⁻³ ≥ × ÷ −"));
  assert.ok(regular.length > blank.length + 500);
  assert.notDeepEqual(regular, semibold);
});

Deno.test("the same SVG always gives the same PNG", async () => {
  assert.deepEqual(await renderPng(SVG), await renderPng(SVG));
});
