/** A test accuracy near chance is told from one that is not. */
import assert from "node:assert/strict";
import { chanceWarning } from "../../src/measuring/chance.ts";

const pixels = "x/255";

Deno.test("below 1.5/C, or within three standard deviations of 1/C, is near chance", () => {
  const near = (accuracy: number, count: number, classes: number) =>
    chanceWarning(accuracy, { count, classes, pixels }) !== null;
  assert.ok(near(10, 10_000, 10));
  assert.ok(near(14.99, 10_000, 10));
  assert.ok(!near(15.01, 10_000, 10));
  // √(0.1 · 0.9 / 100) = 3 %, three of them above 10 % are 19 %.
  assert.ok(near(18.9, 100, 10));
  assert.ok(!near(19.1, 100, 10));
  assert.ok(near(1.4, 10_000, 100));
  assert.ok(!near(55, 10_000, 10));
  assert.equal(chanceWarning(null, { count: 100, classes: 10, pixels }), null);
});

Deno.test("the warning names normalisation as a likely cause, and the options", () => {
  assert.match(
    chanceWarning(10, { count: 10_000, classes: 10, pixels })!,
    /^warning: a test accuracy of 10 % is near chance \(below 15 % .*normalised otherwise than x\/255: see --mean, --std/,
  );
});
