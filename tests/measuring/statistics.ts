/** Partial statistics of cases, as the arrays of a file, for the tests. */
import { arraySource } from "../../src/collapse/array_source.ts";
import type { ClassSums } from "../../src/collapse/source.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import type { Case } from "../collapse/features.ts";

type Arrays = { readonly [name: string]: TensorData };

/** Arrays of `shards` files that deal out the samples in turn, with decisions around the training means. */
export async function partsOf(
  { train, test, ood }: { train: Case; test?: Case; ood?: Case },
  shards: number,
): Promise<Arrays[]> {
  const { width, classes } = train;
  const centres = meansOf(await arraySource(train).classSums());
  const parts: Arrays[] = [];
  for (let shard = 0; shard < shards; shard++) {
    const foreign = ood && await arraySource(dealt(ood, shard, shards)).classSums();
    parts.push({
      collapse_statistics: wholes([], [1]),
      ...await splitArrays("train", dealt(train, shard, shards), centres, train),
      ...test && await splitArrays("test", dealt(test, shard, shards), centres, train),
      centres: floats([classes, width], centres),
      ...foreign && { ood_count: wholes([], [foreign.counts[0]!]), ood_sum: floats([width], foreign.sums) },
      weight: floats([classes, width], train.weight),
      bias: floats([classes], train.bias),
    });
  }
  return parts;
}

export function floats(shape: readonly number[], data: Float64Array): TensorData {
  return { dtype: "float64", shape, data: Float64Array.from(data) };
}

export function wholes(shape: readonly number[], data: readonly number[]): TensorData {
  return { dtype: "int64", shape, data: BigInt64Array.from(data, BigInt) };
}

async function splitArrays(
  split: string,
  part: Case,
  centres: Float64Array,
  classifier: Case,
): Promise<Arrays> {
  const { width, classes } = part;
  const source = arraySource(part);
  const sums = await source.classSums();
  const means = meansOf(sums);
  const { deviations } = await source.withinClass(means, new Float64Array());
  const { classifierCorrect, centreCorrect, agreement, agreementWithoutBias } = await source.decisions(
    centres,
    classifier,
  );
  const arrays = {
    counts: wholes([classes], Array.from(sums.counts)),
    sums: floats([classes, width], sums.sums),
    deviations: floats([classes], deviations),
    scatter: floats([width, width], await source.withinClassScatter(means)),
    correct: wholes([], [classifierCorrect]),
    decisions: wholes([4], [classifierCorrect, centreCorrect, agreement, agreementWithoutBias]),
  };
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${split}_${name}`, array]));
}

function dealt(given: Case, shard: number, shards: number): Case {
  const { features, labels, width } = given;
  const members = Array.from(labels.keys()).filter((i) => i % shards === shard);
  return {
    ...given,
    features: Float64Array.from(
      members.flatMap((i) => Array.from(features.subarray(i * width, (i + 1) * width))),
    ),
    labels: Int32Array.from(members, (i) => labels[i]!),
  };
}

function meansOf({ counts, sums }: ClassSums): Float64Array {
  const width = sums.length / counts.length;
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]!));
}
