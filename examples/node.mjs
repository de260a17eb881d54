/**
 * The library in Node, on features that arrive in chunks. Make one file of the library, then run this:
 *
 *     deno bundle --platform browser --minify --output examples/neural-collapse.mjs mod.ts
 *     node examples/node.mjs
 *
 * Prints what examples/deno.ts prints.
 */
import { measure, streamSource } from "./neural-collapse.mjs";

const classes = 3, width = 4, samples = 120, rows = 16;

/** Starts from the beginning each time that it is called: measuring takes several passes. */
async function* open() {
  for (let first = 0; first < samples; first += rows) {
    const count = Math.min(rows, samples - first);
    const labels = Int32Array.from({ length: count }, (_, i) => (first + i) % classes);
    const features = Float32Array.from({ length: count * width }, (_, k) => {
      const i = first * width + k;
      const label = Math.floor(i / width) % classes, feature = i % width;
      return (feature === label ? 2 : 0.5) + 0.2 * Math.sin(i * i);
    });
    yield { features, labels };
  }
}
const weight = Float32Array.from(
  { length: classes * width },
  (_, i) => i % width === Math.floor(i / width) ? 1 : 0,
);

const train = streamSource(open, { width, classes });
const { outcomes } = await measure({ train, classifier: { weight } });

for (const [metric, outcome] of Object.entries(outcomes)) {
  console.log(`${metric} ${"value" in outcome ? outcome.value : `is not defined: ${outcome.undefined}`}`);
}
