/** What a folder holds: networks, features of epochs in files of any kind, or both, of which one is to be named. */
import assert from "node:assert/strict";
import { stateDictPieces } from "../../src/formats/pth.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import { measureSeries } from "../../src/measuring/measure_series.ts";
import { subjectAt } from "../../src/measuring/subject.ts";
import { gaussianCase } from "../collapse/features.ts";
import { encodeNpz } from "../formats/whole_files.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { floats } from "./statistics.ts";

const NEEDS = ["read", "write"] as const;

function fileOf(state: StateDict): Uint8Array {
  return new Uint8Array(stateDictPieces(state).flatMap((piece) => [...piece]));
}

function features(spread: number): StateDict {
  const { features, labels } = gaussianCase({ counts: [9, 8, 7], width: 4, spread });
  return new Map([
    ["train_features", floats([labels.length, 4], Float64Array.from(features))],
    ["train_labels", { dtype: "int64", shape: [labels.length], data: BigInt64Array.from(labels, BigInt) }],
  ]);
}

const NETWORK: StateDict = new Map([["fc.weight", floats([2, 3], new Float64Array(6))]]);

test("files of torch.save with features are the epochs of a series, as .npz files are", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (const [epoch, spread] of [[1, 1], [2, 0.1], [10, 0.01]] as const) {
      await Deno.writeFile(`${folder}/${epoch}.pth`, fileOf(features(spread)));
    }
    const subject = await subjectAt([folder]);
    assert.ok(subject.kind === "series");
    const results = await measureSeries(subject.epochs, { metrics: ["NC1"], threads: 1 }, {});
    assert.deepEqual(results.map(({ epoch }) => epoch), [1, 2, 10]);
    const spreads = results.map(({ values }) => values.within_class_variation!);
    assert.ok(spreads[0]! > spreads[1]! && spreads[1]! > spreads[2]!, spreads.join());
  });
});

test("networks and features of epochs in one folder are told apart by who asks", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await Deno.writeFile(`${folder}/best.pt`, fileOf(NETWORK));
    assert.deepEqual(await subjectAt([folder]), { kind: "checkpoints", paths: [`${folder}/best.pt`] });
    await Deno.writeFile(`${folder}/001.npz`, encodeNpz([...features(1)]));
    await assert.rejects(
      () => subjectAt([folder]),
      /expected networks or features of epochs in .*, found both: best\.pt and 001\.npz; name one of them/,
    );
    assert.equal((await subjectAt([`${folder}/001.npz`])).kind, "features");
  });
});
