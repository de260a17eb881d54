import assert from "node:assert/strict";
import { resolveProtocol } from "../../src/experiment/protocol.ts";
import { epochOrder } from "../../src/train/order.ts";
import { learningRate } from "../../src/experiment/schedule.ts";

Deno.test("the learning rate falls after the epochs of decayAfter, not before", () => {
  const protocol = resolveProtocol("CIFAR10");
  const full = protocol.optimizer.learningRate;
  assert.equal(learningRate(1, protocol), full);
  assert.equal(learningRate(116, protocol), full);
  assert.equal(learningRate(117, protocol), full * 0.1);
  assert.equal(learningRate(233, protocol), full * 0.1);
  assert.equal(learningRate(234, protocol), full * 0.1 * 0.1);
  assert.equal(learningRate(350, protocol), full * 0.1 * 0.1);
});

Deno.test("an epoch takes every image once", () => {
  const order = Array.from(epochOrder(7, 3, 1000), Number);
  assert.deepEqual(order.toSorted((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
});

Deno.test("the order depends on seed and epoch and on nothing else", () => {
  assert.deepEqual(epochOrder(7, 3, 100), epochOrder(7, 3, 100));
  assert.notDeepEqual(epochOrder(7, 3, 100), epochOrder(7, 4, 100));
  assert.notDeepEqual(epochOrder(7, 3, 100), epochOrder(8, 3, 100));
});

Deno.test("the order is the same on every machine and in every version", () => {
  assert.deepEqual(Array.from(epochOrder(0, 1, 10), Number), [9, 4, 7, 5, 3, 6, 0, 1, 8, 2]);
});

Deno.test("each image is as likely in each place", () => {
  const epochs = 1000;
  const places = new Array<number>(5).fill(0);
  for (let epoch = 1; epoch <= epochs; epoch++) places[epochOrder(1, epoch, 5).indexOf(0n)]! += 1;
  // Five standard deviations of a binomial count.
  for (const count of places) {
    assert.ok(Math.abs(count - 200) < 5 * Math.sqrt(1000 * 0.2 * 0.8), String(places));
  }
});
