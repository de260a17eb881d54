/** The frame of the moving picture: a simplex is one from any side, and nothing turns but what moves. */
import assert from "node:assert/strict";
import { firstSamples, frameOf, SAMPLES } from "../../src/collapse/geometry.ts";
import { simplexCorners } from "../../src/collapse/simplex.ts";

const WIDTH = 12;

Deno.test("corners have length 1 and the cosine of a simplex, of all classes or the first of them", () => {
  for (const [k, classes] of [[3, 3], [4, 4], [10, 10], [10, 100], [2, 2]] as const) {
    const corners = simplexCorners(k, classes);
    for (const [i, a] of corners.entries()) {
      for (const [j, b] of corners.entries()) close(dot(a, b), i === j ? 1 : -1 / (classes - 1));
    }
  }
});

Deno.test("class means that are a simplex lie on its corners, from whatever side and of whatever size", () => {
  for (const classes of [3, 5]) {
    const corners = simplexCorners(classes, classes);
    for (const seed of [1, 2]) {
      const axes = orthonormal(classes, seed);
      const means = Float64Array.from(corners.flatMap((corner) => embed(corner, axes, 7)));
      const frame = frameOf({ epoch: 1, width: WIDTH, means, weight: means, samples: corners.map(() => []) });
      corners.forEach((corner, i) => corner.forEach((value, j) => close(frame.means[i]![j]!, value, 2e-3)));
      assert.deepEqual(frame.means, frame.rows);
      close(frame.cosines!.means[0]![1]!, -1 / (classes - 1), 1e-3);
    }
  }
});

Deno.test("what is not in the space of the class means leaves no trace, and a sample on its mean lies on it", () => {
  const axes = orthonormal(4, 3);
  const corners = simplexCorners(3, 3);
  const means = Float64Array.from(corners.flatMap((corner) => embed(corner, axes.slice(0, 3), 1)));
  const beside = corners.map((
    _,
    i,
  ) => [Array.from({ length: WIDTH }, (_, at) => means[i * WIDTH + at]! + 5 * axes[3]![at]!)]);
  const frame = frameOf({ epoch: 1, width: WIDTH, means, weight: means, samples: beside });
  frame.samples.forEach(([sample], i) =>
    sample!.forEach((value, j) => close(value, frame.means[i]![j]!, 2e-3))
  );
});

Deno.test("means that coincide, and a classifier of zeros, give numbers", () => {
  const zeros = new Float64Array(3 * WIDTH);
  const frame = frameOf({ epoch: 1, width: WIDTH, means: zeros, weight: zeros, samples: [[], [], []] });
  assert.ok([...frame.means, ...frame.rows].flat().every((value) => value === 0));
});

Deno.test("the first samples of each drawn class are taken, from as few chunks as hold them", async () => {
  let read = 0;
  async function* chunks() {
    for (let chunk = 0; chunk < 10; chunk++) {
      read++;
      const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
      yield await Promise.resolve({ features: Float32Array.from(labels, (label) => label + chunk), labels });
    }
  }
  const samples = await firstSamples(chunks(), 2, 1);
  assert.deepEqual(samples.map((own) => own.length), [SAMPLES, SAMPLES]);
  assert.deepEqual([samples[1]![0]![0], samples[1]![20]![0], read], [1, 2, 2]);
});

function embed(corner: readonly number[], axes: readonly (readonly number[])[], size: number): number[] {
  return Array.from(
    { length: WIDTH },
    (_, i) => size * corner.reduce((sum, value, j) => sum + value * axes[j]![i]!, 0),
  );
}

/** Gram-Schmidt on vectors of sines. */
function orthonormal(count: number, seed: number): number[][] {
  const axes: number[][] = [];
  for (let k = 0; k < count; k++) {
    let axis = Array.from({ length: WIDTH }, (_, i) => Math.sin(seed * (i + 1) * (k + 2)));
    for (const other of axes) {
      const along = dot(axis, other);
      axis = axis.map((value, i) => value - along * other[i]!);
    }
    const length = Math.sqrt(dot(axis, axis));
    axes.push(axis.map((value) => value / length));
  }
  return axes;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function close(found: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `expected ${expected}, found ${found}`);
}
