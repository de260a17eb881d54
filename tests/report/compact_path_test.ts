/** Paths of the pictures inside pages: short, and within a tenth of a pixel of what Plot drew. */
import assert from "node:assert/strict";
import { compactPath } from "../../src/report/compact_path.ts";

Deno.test("a path of straight lines is relative, without what can be left out", () => {
  assert.equal(
    compactPath("M41.304,120.52L42.41,118.2L43,118.2M50,10L50.5,9.5"),
    "m41.3 120.5 1.1-2.3.6 0m7-108.2.5-.5",
  );
  assert.equal(compactPath("M10,10ZM11,9.9Z"), "m10 10zm1-.1z");
});

Deno.test("errors of rounding do not add up", () => {
  const points = Array.from({ length: 1000 }, (_, i) => [i * 0.837, 100 - i * 0.0549] as const);
  const d = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x.toFixed(3)},${y.toFixed(3)}`).join("");
  const compact = compactPath(d)!;
  const places = placesOf(compact);
  assert.equal(places.length, points.length);
  for (const [i, [x, y]] of points.entries()) {
    assert.ok(Math.abs(places[i]![0] - x) <= 0.0511 && Math.abs(places[i]![1] - y) <= 0.0511, `${places[i]}`);
  }
  assert.ok(compact.length < d.length / 2, `${compact.length} of ${d.length}`);
});

Deno.test("other paths have no such form", () => {
  for (const d of ["M0,0A5,5,0,0,1,9,9", "M1,2h18", "m1 2 3 4", "M1e-7,2L3,4", ""]) {
    assert.equal(compactPath(d), null);
  }
});

/** Of a relative path of one move and lines. */
function placesOf(path: string): [number, number][] {
  const numbers = [...path.matchAll(/-?(?:\d+\.?\d*|\.\d+)/g)].map(([text]) => Number(text));
  let [x, y] = [0, 0];
  return Array.from({ length: numbers.length / 2 }, (_, i) => {
    [x, y] = [x + numbers[2 * i]!, y + numbers[2 * i + 1]!];
    return [x, y];
  });
}
