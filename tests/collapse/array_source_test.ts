import assert from "node:assert/strict";
import { arraySource, streamSource } from "../../src/collapse/array_source.ts";
import type { FeatureChunk } from "../../src/collapse/source.ts";
import { gaussianCase } from "./features.ts";

const CASE = gaussianCase({ counts: [70, 1, 59, 43], width: 5 });
const { features, labels, width, classes } = CASE;

Deno.test("class sums add up float32 features in float64", async () => {
  const count = 1000;
  const source = arraySource({
    features: new Float32Array(count).fill(0.1),
    labels: new Int32Array(count),
    width: 1,
    classes: 2,
  });
  const { counts, sums } = await source.classSums();
  assert.deepEqual([...counts], [count, 0]);
  assert.ok(Math.abs(sums[0] - count * Math.fround(0.1)) < 1e-9);
});

Deno.test("a stream gives what the array gives, however it is cut", async () => {
  const whole = arraySource(CASE);
  const cut = streamSource(() => inChunks(37), { width, classes });
  const { counts, sums } = await whole.classSums();
  assert.deepEqual(await cut.classSums(), { counts, sums });
  const means = sums.map((sum, i) => sum / counts[Math.floor(i / width)]);
  const basis = Float64Array.from([1, 0, 0, 0, 0, 0, 0.6, 0, 0.8, 0]);
  closeTo((await cut.withinClass(means, basis)).scatter, (await whole.withinClass(means, basis)).scatter);
  closeTo(
    (await cut.withinClass(means, basis)).deviations,
    (await whole.withinClass(means, basis)).deviations,
  );
  closeTo(await cut.withinClassScatter(means), await whole.withinClassScatter(means));
  assert.deepEqual(await cut.decisions(means, CASE), await whole.decisions(means, CASE));
  assert.equal(cut.count, labels.length);
});

Deno.test("the scatter in a basis is the full scatter seen in that basis", async () => {
  const source = arraySource(CASE);
  const means = new Float64Array(classes * width).map((_, i) => i / 7);
  const basis = Float64Array.from([0, 1, 0, 0, 0, 0.6, 0, 0, 0, 0.8]);
  const full = naiveScatter(means);
  closeTo(await source.withinClassScatter(means), full);
  const seen = Float64Array.from([0, 1, 2, 3], (at) => {
    let sum = 0;
    for (let j = 0; j < width; j++) {
      for (let k = 0; k < width; k++) {
        sum += basis[Math.floor(at / 2) * width + j] * full[j * width + k] * basis[at % 2 * width + k];
      }
    }
    return sum;
  });
  closeTo((await source.withinClass(means, basis)).scatter, seen);
});

Deno.test("an empty basis gives an empty scatter and the deviations", async () => {
  const { scatter, deviations } = await arraySource(CASE).withinClass(
    new Float64Array(classes * width),
    new Float64Array(0),
  );
  assert.equal(scatter.length, 0);
  assert.ok(deviations.every((sum) => sum > 0));
});

Deno.test("ties go to the lowest class", async () => {
  const source = arraySource({ features: new Float64Array([0, 0]), labels: [1], width: 2, classes: 3 });
  const centres = new Float64Array([1, 0, -1, 0, 0, 1]);
  const classifier = { weight: new Float64Array(6), bias: new Float64Array(3) };
  assert.deepEqual(await source.decisions(centres, classifier), {
    classifierCorrect: 0,
    centreCorrect: 0,
    agreement: 1,
    agreementWithoutBias: 1,
  });
});

Deno.test("the bias counts in agreement, and not in agreement without bias", async () => {
  const source = arraySource({ features: new Float64Array([1, 0]), labels: [0], width: 2, classes: 2 });
  const identity = new Float64Array([1, 0, 0, 1]);
  const counts = await source.decisions(identity, { weight: identity, bias: new Float64Array([0, 5]) });
  assert.deepEqual(counts, { classifierCorrect: 0, centreCorrect: 1, agreement: 0, agreementWithoutBias: 1 });
});

Deno.test("feature values that do not fill the samples are refused", () => {
  assert.throws(
    () => arraySource({ features: new Float32Array(7), labels: [0, 1], width: 3, classes: 2 }),
    /expected 2 labels × width 3 = 6 feature values, found 7/,
  );
});

Deno.test("labels out of range or between whole numbers are refused with their place", async () => {
  const source = arraySource({ features: new Float64Array(3), labels: [0, 1, 2], width: 1, classes: 2 });
  await assert.rejects(source.classSums(), /expected labels in 0\.\.1, found 2 at sample 2/);
  assert.throws(
    () => arraySource({ features: new Float64Array(2), labels: [0, 0.5], width: 1, classes: 2 }),
    /expected whole numbers as labels, found 0.5 at sample 1/,
  );
});

Deno.test("a stream that does not repeat itself is refused", async () => {
  let passes = 0;
  const source = streamSource(() => inChunks(50, passes++ === 0 ? labels.length : 60), { width, classes });
  await source.classSums();
  await assert.rejects(source.classSums(), /expected 173 samples in every pass, found 60/);
});

Deno.test("a stream of another length than announced is refused", async () => {
  const source = streamSource(() => inChunks(50), { count: 100, width, classes });
  await assert.rejects(source.classSums(), /expected 100 samples in every pass, found 173/);
});

Deno.test("the count of a stream is unknown before its first pass", () => {
  assert.throws(
    () => streamSource(() => inChunks(50), { width, classes }).count,
    /call classSums\(\) before count/,
  );
});

async function* inChunks(size: number, limit = labels.length): AsyncGenerator<FeatureChunk> {
  for (let start = 0; start < limit; start += size) {
    const end = Math.min(start + size, limit);
    yield await Promise.resolve({
      features: features.slice(start * width, end * width),
      labels: labels.slice(start, end),
    });
  }
}

function naiveScatter(means: Float64Array): Float64Array {
  const scatter = new Float64Array(width * width);
  labels.forEach((c, i) => {
    const centred = Array.from({ length: width }, (_, k) => features[i * width + k] - means[c * width + k]);
    centred.forEach((x, j) => centred.forEach((y, k) => scatter[j * width + k] += x * y));
  });
  return scatter;
}

function closeTo(found: Float64Array, expected: Float64Array): void {
  assert.equal(found.length, expected.length);
  found.forEach((x, i) =>
    assert.ok(Math.abs(x - expected[i]) <= 1e-12 * (1 + Math.abs(expected[i])), `${x} at ${i}`)
  );
}
