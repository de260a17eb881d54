import assert from "node:assert/strict";
import {
  addSums,
  arraySource,
  bootstrap,
  CATALOGUE,
  type FeatureChunk,
  measure,
  MergedStatistics,
  statisticsSource,
  streamSource,
} from "../mod.ts";
import { test } from "./support.ts";

const ENTRY = new URL("../mod.ts", import.meta.url);

test("the library reaches neither ffi nor Deno nor Node", ["read"], async () => {
  const { files, packages } = await importGraph(ENTRY);
  for (const [file, text] of files) {
    assert.ok(!/src\/(ffi|cli|data|train|report)\//.test(file), `${file} is out of reach of a library`);
    assert.ok(!/\bDeno\b|\bnode:|\bprocess\./.test(withoutComments(text)), `${file} names a runtime`);
  }
  assert.deepEqual([...packages].sort(), ["ml-matrix", "pure-rand"]);
});

Deno.test("the library measures whole arrays", async () => {
  const features = new Float32Array([2, 0, 1.5, 0, 0, 2, 0, 2.5]);
  const train = arraySource({ features, labels: [0, 0, 1, 1], width: 2, classes: 2 });
  const weight = new Float32Array([1, -1, -1, 1]);
  const { values, outcomes } = await measure({ train, classifier: { weight } });
  assert.equal(values.train_accuracy, 100);
  assert.deepEqual(outcomes.test_accuracy, { undefined: "there is no test split" });
  assert.equal(
    Object.keys(values).length,
    CATALOGUE.filter(({ byDefault, split }) => byDefault && split !== "ood").length,
  );
});

Deno.test("the library merges statistics of parts and measures them", async () => {
  const part = (sums: number[], deviations: number[], scatter: number[]) => ({
    counts: Float64Array.of(2, 2),
    sums: Float64Array.from(sums),
    deviations: Float64Array.from(deviations),
    scatter: Float64Array.from(scatter),
    correct: null,
    decisions: null,
  });
  const parts = [part([4, 0, 0, 4], [2, 2], [3, 0, 0, 1]), part([6, 0, 0, 4], [0, 0], [0, 0, 0, 0])];
  const both = new MergedStatistics(addSums(parts[0]!, parts[1]!));
  for (const each of parts) both.add(each);
  const whole = both.finish();
  // Class 0 has means 2 and 3 in its parts: half a unit from 2.5 for four samples.
  assert.deepEqual([...whole.deviations], [3, 2]);
  assert.deepEqual([...whole.scatter], [4, 0, 0, 1]);
  const { values, outcomes } = await measure({ train: statisticsSource(whole) });
  assert.equal(values.nc1_cdnv_train! > 0, true);
  assert.match(JSON.stringify(outcomes.train_accuracy), /there is no classifier/);
});

Deno.test("the library measures a stream and brackets its values", async () => {
  async function* open(): AsyncGenerator<FeatureChunk> {
    for (let i = 0; i < 20; i++) {
      const features = new Float32Array([1 + (i % 3) / 10, 0, 0, 1 - (i % 5) / 10]);
      yield await Promise.resolve({ features, labels: new Int32Array([0, 1]) });
    }
  }
  const train = streamSource(open, { width: 2, classes: 2 });
  const input = { train, classifier: { weight: new Float32Array([1, -1, -1, 1]) } };
  const { values } = await measure(input);
  const { nc1_quotient_train: { low, high } } = await bootstrap(input, { replicates: 20 });
  const quotient = values.nc1_quotient_train ?? NaN;
  assert.ok(low < quotient * 1.2 && high > quotient * 0.8 && low < high);
});

/** All own files that `entry` imports, with their texts, and the npm packages. */
async function importGraph(entry: URL): Promise<{ files: Map<string, string>; packages: Set<string> }> {
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const open = [entry];
  for (let url = open.pop(); url; url = open.pop()) {
    if (files.has(url.pathname)) continue;
    const text = await Deno.readTextFile(url);
    files.set(url.pathname, text);
    for (const [, specifier] of text.matchAll(/\bfrom "([^"\s]+)"/g)) {
      if (specifier.startsWith(".")) open.push(new URL(specifier, url));
      else if (!files.has(specifier) && url !== entry) packages.add(specifier.split("/")[0]);
    }
  }
  return { files, packages };
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
