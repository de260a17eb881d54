import { equal } from "node:assert/strict";
import { neededMultiplyAdds } from "../../bench/floor.ts";

/** Counted by hand: channels in × channels out × taps that meet data × positions, layer by layer. */
const FIRST = 3 * 64 * 49 * 16 * 16;
const STAGES = [
  4 * 64 * 64 * 9 * 8 * 8,
  (64 * 128 * 9 + 3 * 128 * 128 * 9 + 64 * 128) * 4 * 4,
  (128 * 256 * 9 + 3 * 256 * 256 * 9 + 128 * 256) * 2 * 2,
  // On a map of 1 × 1 a 3×3 kernel meets data with one tap; from 2 × 2 with stride 2, with four.
  256 * 512 * 4 + 3 * 512 * 512 + 256 * 512,
];
const FORWARD = FIRST + STAGES.reduce((a, b) => a + b) + 512 * 10;
const RESNET18 = { model: "resnet18", classes: 10, shape: [3, 32, 32] } as const;

Deno.test("extracting features needs the multiply-adds of taps that meet data", () => {
  equal(neededMultiplyAdds("extract", RESNET18), FORWARD);
});

Deno.test("training needs them three times, but for the gradient of the image", () => {
  equal(neededMultiplyAdds("train", RESNET18), 3 * FORWARD - FIRST);
});
