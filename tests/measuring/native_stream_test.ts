/** The native stream is the plain one, faster: same checks, same numbers. */
import assert from "node:assert/strict";
import { streamSource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import type { FeatureChunk } from "../../src/collapse/source.ts";
import { Library } from "../../src/ffi/library.ts";
import { nativeStream } from "../../src/measuring/native_stream.ts";
import { type Case, gaussianCase } from "../collapse/features.ts";
import { test } from "../support.ts";

const NEEDS = ["read", "ffi"] as const;

test("a native stream measures as the plain stream does, to 1e-9, whatever the chunks", NEEDS, async () => {
  using library = Library.open();
  library.setThreads(1);
  const handles = library.liveHandles();
  const some = gaussianCase({ counts: [40, 7, 1, 30], width: 9, spread: 0.01 });
  const { width, classes, weight, bias } = some;
  for (const rows of [1, 13, 1000]) {
    const open = () => chunksOf(some, rows);
    const plain = await measure(
      { train: streamSource(open, { width, classes }), classifier: { weight, bias } },
      { metrics: "all", weightDecay: 1e-3 },
    );
    const native = await measure(
      { train: nativeStream(library, open, { width, classes }), classifier: { weight, bias } },
      { metrics: "all", weightDecay: 1e-3 },
    );
    for (const [name, expected] of Object.entries(plain.values)) {
      const found = native.values[name] ?? null;
      if (expected === null || found === null) assert.equal(found, expected, name);
      else {
        assert.ok(
          Math.abs(found - expected) <= 1e-9 * Math.abs(expected) + 1e-13,
          `${name}: ${found}, ${expected}`,
        );
      }
    }
  }
  assert.equal(library.liveHandles(), handles);
});

test("a native stream refuses labels that are no class, naming the sample", NEEDS, async () => {
  using library = Library.open();
  const some = gaussianCase({ counts: [3, 3], width: 2 });
  some.labels[4] = 2;
  const { width, classes } = some;
  const source = nativeStream(library, () => chunksOf(some, 2), { width, classes });
  await assert.rejects(source.classSums(), /expected labels in 0\.\.1, found 2 at sample 4/);
});

async function* chunksOf({ features, labels, width }: Case, rows: number): AsyncGenerator<FeatureChunk> {
  for (let first = 0; first < labels.length; first += rows) {
    yield await Promise.resolve({
      features: features.subarray(first * width, (first + rows) * width),
      labels: labels.subarray(first, first + rows),
    });
  }
}
