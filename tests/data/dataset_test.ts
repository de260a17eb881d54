import assert from "node:assert/strict";
import { digestOf, type Split } from "../../src/data/dataset.ts";

/** One-pixel images that hold their own index. */
function split(labels: number[]): Split {
  return { images: Uint8Array.from(labels.keys()), labels: Int32Array.from(labels), count: labels.length };
}

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
