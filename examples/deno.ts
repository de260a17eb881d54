/**
 * The library in Deno, on features in arrays: `deno run examples/deno.ts`.
 */
import { arraySource, measure } from "../mod.ts";

// Three classes of forty samples with four features, around means that a classifier can tell apart.
const classes = 3, width = 4, samples = 120;
const labels = Int32Array.from({ length: samples }, (_, i) => i % classes);
const features = Float32Array.from({ length: samples * width }, (_, i) => {
  const label = labels[Math.floor(i / width)], feature = i % width;
  return (feature === label ? 2 : 0.5) + 0.2 * Math.sin(i * i);
});
const weight = Float32Array.from(
  { length: classes * width },
  (_, i) => i % width === Math.floor(i / width) ? 1 : 0,
);

const train = arraySource({ features, labels, width, classes });
const { outcomes } = await measure({ train, classifier: { weight } });

for (const [metric, outcome] of Object.entries(outcomes)) {
  console.log(`${metric} ${"value" in outcome ? outcome.value : `is not defined: ${outcome.undefined}`}`);
}
