import assert from "node:assert/strict";
import { unbalancedCounts } from "../../src/data/imbalance.ts";

Deno.test("the exponential profile at 0.01 gives the published sizes of long-tailed CIFAR-10", () => {
  // Cao et al. 2019 (arXiv 1906.07413), github.com/kaidic/LDAM-DRW, get_img_num_per_cls.
  const counts = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50];
  assert.deepEqual(unbalancedCounts(5000, 10, { profile: "exp", ratio: 0.01 }), counts);
});

Deno.test("the step profile makes the second half of the classes small, the smaller half where they are odd", () => {
  assert.deepEqual(unbalancedCounts(500, 4, { profile: "step", ratio: 0.1 }), [500, 500, 50, 50]);
  assert.deepEqual(unbalancedCounts(500, 5, { profile: "step", ratio: 0.1 }), [500, 500, 500, 50, 50]);
});

Deno.test("sizes never rise, begin at the largest and end at its ratio", () => {
  for (const profile of ["exp", "step"] as const) {
    for (const percent of [1, 7, 29, 57, 58, 100]) {
      for (const classes of [2, 3, 10, 100]) {
        const counts = unbalancedCounts(100, classes, { profile, ratio: percent / 100 });
        assert.equal(counts.length, classes);
        assert.deepEqual(counts, counts.toSorted((a, b) => b - a));
        assert.deepEqual([counts[0], counts.at(-1)], [100, percent]);
      }
    }
  }
});

Deno.test("a ratio that leaves a class without an image is refused", () => {
  assert.throws(
    () => unbalancedCounts(50, 3, { profile: "exp", ratio: 0.01 }),
    new Error(
      "--imbalance exp:0.01 leaves class 2 no image where the largest class has 50: " +
        "expected a ratio of at least 1/50",
    ),
  );
});
