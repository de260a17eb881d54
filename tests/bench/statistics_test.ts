import { deepEqual, throws } from "node:assert/strict";
import { ratio, spread } from "../../bench/statistics.ts";

Deno.test("the median of an even number of repetitions lies between the two in the middle", () => {
  deepEqual(spread([4, 1, 3, 10]), { median: 3.5, low: 1, high: 10 });
});

Deno.test("a ratio pairs repetitions that ran one after the other", () => {
  // The machine was half as fast in the second turn, for both sides.
  deepEqual(ratio([20, 10, 22], [10, 5, 10]), { median: 2, low: 2, high: 2.2 });
});

Deno.test("a ratio of different numbers of repetitions is refused", () => {
  throws(() => ratio([1, 2], [1]), /as many repetitions of both, found 2 and 1/);
  throws(() => ratio([], []), /at least one repetition/);
});
