/**
 * Our columns beside the functions of rhubarbwu/neural-collapse that they are said to equal, on features drawn here.
 * NC_RHUBARBWU is the path of a checkout (version c3864c2); columns.py says which column is which function.
 *
 * Where the two differ by definition:
 * - its Σ_B is divided by the width d, ours by the number of classes C: columns.py multiplies by C/d; with `svd` it does
 *   not divide by C, as nc1_svd_sum does not;
 * - it centres class means at their own mean, our nc2 and nc3 columns without "class_centred" at the mean of all
 *   samples: equal where classes are balanced, as they are here;
 * - its agreement leaves the bias out and is one minus our mismatch;
 * - its means are divided by a count with 2.2e-16 added, and vectors by a length with as much added;
 * - of out-of-distribution features it takes the mean of class means, here of a single class.
 */
import { ok } from "node:assert/strict";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { ignoredTest } from "../support.ts";

const NAME = "every column that names rhubarbwu/neural-collapse equals its function";
const [CLASSES, WIDTH, PER_CLASS] = [5, 16, 12];
const TOLERANCE = 1e-9;
/** As many there are at least. */
const COLUMNS = 14;

interface Sample {
  readonly features: number[][];
  readonly labels: number[];
  readonly weight: number[][];
  readonly ood: number[][];
}

function draw(): Sample {
  const random = xoroshiro128plus(5);
  const number = () => (random.next() | 0) / 2 ** 31;
  const rows = (count: number) => Array.from({ length: count }, () => Array.from({ length: WIDTH }, number));
  const means = rows(CLASSES);
  const labels = Array.from({ length: CLASSES * PER_CLASS }, (_, i) => i % CLASSES);
  const features = labels.map((label) => means[label]!.map((mean) => 1 + 2 * mean + number()));
  return { features, labels, weight: rows(CLASSES), ood: rows(20) };
}

async function ours(
  { features, labels, weight, ood }: Sample,
): Promise<Readonly<Record<string, number | null>>> {
  const shape = { width: WIDTH, classes: CLASSES };
  const source = (rows: number[][], labels: number[]) =>
    arraySource({ features: Float64Array.from(rows.flat()), labels: Int32Array.from(labels), ...shape });
  const classifier = { weight: Float64Array.from(weight.flat()), bias: new Float64Array(CLASSES) };
  const input = { train: source(features, labels), ood: source(ood, ood.map(() => 0)), classifier };
  return (await measure(input, { metrics: "all" })).values;
}

const checkout = Deno.permissions.querySync({ name: "env" }).state === "granted"
  ? Deno.env.get("NC_RHUBARBWU")
  : undefined;

if (checkout === undefined) ignoredTest(NAME, "no checkout in NC_RHUBARBWU");
else {
  testWithOracle(NAME, async () => {
    const sample = draw();
    const script = await Deno.readTextFile(new URL("columns.py", import.meta.url));
    const input = new TextEncoder().encode(JSON.stringify(sample));
    const theirs: Record<string, number> = JSON.parse(
      new TextDecoder().decode(await runOracle(script, [checkout], input)),
    );
    const mine = await ours(sample);
    ok(Object.keys(theirs).length >= COLUMNS);
    const wrong = Object.entries(theirs).filter(([name, value]) => {
      const found = mine[name] ?? NaN;
      return !(Math.abs(found - value) <= TOLERANCE * Math.abs(value) + 1e-12);
    });
    ok(
      wrong.length === 0,
      wrong.map(([name, value]) => `${name}: ours ${mine[name]}, theirs ${value}`).join("\n"),
    );
  });
}
