import { equal } from "node:assert/strict";
import { neededMultiplyAdds } from "../../bench/floor.ts";

/**
 * Counted by hand: channels in × channels out × pairs of a position and a tap that meets data there, layer by layer.
 * Along one axis, three taps meet data 22 times on 8 positions, 10 times on 4 and 4 times on 2; with stride 2,
 * 11 times from 8 positions and 5 times from 4.
 */
const FIRST = 3 * 64 * (4 + 6 + 13 * 7 + 5) ** 2;
const STAGES = [
  4 * 64 * 64 * 22 ** 2,
  64 * 128 * 11 ** 2 + 3 * 128 * 128 * 10 ** 2 + 64 * 128 * 4 ** 2,
  128 * 256 * 5 ** 2 + 3 * 256 * 256 * 4 ** 2 + 128 * 256 * 2 ** 2,
  // On a map of 1 × 1 a 3×3 kernel meets data with one tap; from 2 × 2 with stride 2, with four.
  256 * 512 * 4 + 3 * 512 * 512 + 256 * 512,
];
const FORWARD = FIRST + STAGES.reduce((a, b) => a + b) + 512 * 10;
const RESNET18 = { model: "resnet18", classes: 10, shape: [3, 32, 32] } as const;

Deno.test("extracting features needs the multiply-adds of taps that meet data", () => {
  equal(neededMultiplyAdds("extract", RESNET18), FORWARD);
});

Deno.test("a VGG's first layer reads each of 512 channels once", () => {
  const VGG13 = { model: "vgg13", classes: 10, shape: [3, 32, 32] } as const;
  // Along one axis, three taps meet data 94 times on 32 positions, 46 on 16, 22 on 8, 10 on 4 and 4 on 2.
  const maps = (3 * 64 + 64 * 64) * 94 ** 2 + (64 * 128 + 128 * 128) * 46 ** 2 +
    (128 * 256 + 256 * 256) * 22 ** 2 +
    (256 * 512 + 512 * 512) * 10 ** 2 + 2 * 512 * 512 * 4 ** 2;
  equal(neededMultiplyAdds("extract", VGG13), maps + 512 * 4096 + 4096 * 4096 + 4096 * 10);
});

Deno.test("training needs them three times, but for the gradient of the image", () => {
  equal(neededMultiplyAdds("train", RESNET18), 3 * FORWARD - FIRST);
});
