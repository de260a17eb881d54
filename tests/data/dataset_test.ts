import assert from "node:assert/strict";
import { balancedSubset, digestOf, type Split } from "../../src/data/dataset.ts";

/** One-pixel images that hold their own index. */
function split(labels: number[]): Split {
  return { images: Uint8Array.from(labels.keys()), labels: Int32Array.from(labels), count: labels.length };
}

Deno.test("a balanced subset keeps the first samples of each class in their original order", () => {
  const subset = balancedSubset(split([1, 0, 0, 1, 0, 2, 2, 1]), 2, 3);
  assert.deepEqual([...subset.labels], [1, 0, 0, 1, 2, 2]);
  assert.deepEqual([...subset.images], [0, 1, 2, 3, 5, 6]);
  assert.equal(subset.count, 6);
});

Deno.test("a balanced subset keeps whole images", () => {
  const images = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const subset = balancedSubset({ images, labels: Int32Array.of(0, 0, 1), count: 3 }, 1, 2);
  assert.deepEqual([...subset.images], [1, 2, 5, 6]);
});

Deno.test("a balanced subset that a class is too small for is refused, with the largest possible", () => {
  assert.throws(
    () => balancedSubset(split([0, 0, 0, 1, 1, 1, 2]), 2, 3),
    new Error("expected 2 samples of each class, found 1 of class 2; ask for at most 1"),
  );
  assert.throws(() => balancedSubset(split([0, 1]), 1, 3), /found 0 of class 2/);
});

Deno.test("a number of samples per class that is not a positive whole number is refused", () => {
  for (const perClass of [0, -1, 1.5, NaN]) {
    assert.throws(
      () => balancedSubset(split([0]), perClass, 1),
      /expected a positive whole number of samples per class/,
    );
  }
});

Deno.test("the digest is SHA-256 over pixels and little-endian labels of both splits", () => {
  // printf '\0\1\1\0\0\0\0\0\0\0\0\7\0\0\0' | sha256sum
  const digest = digestOf(split([1, 0]), split([7]));
  assert.equal(digest, "375f56caf3ee19ed5bfd9907ff8adcbb0cad93e0868b1a607213f7c4fac8346c");
});

Deno.test("the digest changes with one pixel, one label, or the order of the samples", () => {
  const whole = digestOf(split([0, 1, 2]), split([0]));
  const digests = [
    digestOf({ ...split([0, 1, 2]), images: Uint8Array.of(0, 1, 3) }, split([0])),
    digestOf(split([0, 1, 1]), split([0])),
    digestOf({ images: Uint8Array.of(1, 0, 2), labels: Int32Array.of(1, 0, 2), count: 3 }, split([0])),
    digestOf(split([0, 1, 2]), split([1])),
  ];
  assert.equal(new Set([whole, ...digests]).size, 5);
});
