/**
 * Damaged files before the command line: it ends well or with code 1 or 2 and one line, and never with a trace. Each time
 * a process of its own as a user would start it, or thousands of times in this one.
 */
import assert from "node:assert/strict";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { encodeNpy } from "../../src/formats/npy.ts";
import { firstRecord, scalarsRecord } from "../../src/formats/tfevents_encode.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import { type Finished, runTool } from "../cli/command.ts";
import { runWithin } from "../cli/within.ts";
import { gaussianCase } from "../collapse/features.ts";
import { mutate } from "../formats/mutate.ts";
import { encodeNpz, encodeSafetensors } from "../formats/whole_files.ts";
import { partsOf } from "../measuring/statistics.ts";
import { writeSyntheticRun } from "../report/written_run.ts";
import { withTemporaryFolder } from "../support.ts";
import type { CampaignOptions } from "./campaign.ts";
import { requireWords } from "./refusal.ts";

/** A file to damage, and the command that reads it. */
interface Target {
  readonly file: string;
  readonly args: readonly string[];
}

const REPORT = ["report", "tiny"];
/** Every so many commands it is told how far it is. */
const TELL_EVERY = 20;
const TARGETS: readonly Target[] = [
  { file: "arrays/train_features.npy", args: ["measure", "arrays"] },
  { file: "arrays/train_labels.npy", args: ["measure", "arrays"] },
  { file: "features.safetensors", args: ["measure", "features.safetensors"] },
  { file: "features.npz", args: ["measure", "features.npz"] },
  { file: "epochs/1.npz", args: ["measure", "epochs"] },
  { file: "runs/tiny/run.json", args: REPORT },
  { file: "runs/tiny/log.csv", args: REPORT },
  { file: "runs/tiny/metrics.csv", args: REPORT },
  { file: "logged/runs.csv", args: ["compare", "tiny", "logged/runs.csv", "--text"] },
  {
    file: "logged/events.out.tfevents.1",
    args: ["compare", "tiny", "logged/events.out.tfevents.1", "--text"],
  },
];

export function commands(options: CampaignOptions): Promise<string> {
  return damagedBefore(runTool, options);
}

export function commandsWithin(options: CampaignOptions): Promise<string> {
  return damagedBefore(runWithin, options);
}

async function damagedBefore(
  run: (folder: string, args: readonly string[]) => Promise<Pick<Finished, "code" | "stderr">>,
  { count, seed, tell }: CampaignOptions,
): Promise<string> {
  const random = xoroshiro128plus(seed);
  const codes = new Map<number, number>();
  await withTemporaryFolder(async (folder) => {
    await prepare(folder);
    for (const { args } of TARGETS) {
      const sound = await run(folder, args);
      assert.equal(sound.code, 0, `${args.join(" ")}: ${sound.stderr}`);
    }
    for (let i = 0; i < count; i++) {
      const { file, args } = TARGETS[i % TARGETS.length]!;
      const path = `${folder}/${file}`;
      const sound = await Deno.readFile(path);
      await Deno.writeFile(path, mutate(sound, random));
      const finished = await run(folder, args);
      try {
        requireWords(finished);
      } catch (error) {
        throw new Error(`mutation ${i} of ${file} with seed ${seed}: ${(error as Error).message}`);
      }
      codes.set(finished.code, (codes.get(finished.code) ?? 0) + 1);
      await Deno.writeFile(path, sound);
      if ((i + 1) % TELL_EVERY === 0) tell(`${i + 1} commands`);
    }
  });
  const ends = [...codes].sort().map(([code, times]) => `${times} with code ${code}`).join(", ");
  return `${count} commands on damaged files ended in words: ${ends}`;
}

async function prepare(folder: string): Promise<void> {
  const features: StateDict = new Map([
    ["train_features", { dtype: "float32", shape: [12, 4], data: ramp(48) }],
    ["train_labels", { dtype: "int32", shape: [12], data: Int32Array.from({ length: 12 }, (_, i) => i % 3) }],
    ["weight", { dtype: "float32", shape: [3, 4], data: ramp(12) }],
  ]);
  await Deno.mkdir(`${folder}/arrays`);
  for (const [name, tensor] of features) {
    await Deno.writeFile(`${folder}/arrays/${name}.npy`, encodeNpy(tensor));
  }
  await Deno.writeFile(`${folder}/features.safetensors`, encodeSafetensors(features));
  await Deno.writeFile(`${folder}/features.npz`, encodeNpz(features, { compressed: true }));
  await Deno.mkdir(`${folder}/epochs`);
  const [part] = await partsOf({ train: gaussianCase({ counts: [5, 4, 6], width: 3 }) }, 1);
  await Deno.writeFile(`${folder}/epochs/1.npz`, encodeNpz(Object.entries(part!)));
  await prepareLogged(`${folder}/logged`);
  await writeSyntheticRun(`${folder}/runs/tiny`);
}

/** What other tools logged of two runs and of one. */
async function prepareLogged(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  const header = "Step,big - self_duality,small - self_duality";
  await Deno.writeTextFile(`${folder}/runs.csv`, `${header}\n1,0.9,0.8\n2,0.5,0.4\n3,0.2,\n`);
  const records = [1, 2, 3].map((epoch) =>
    scalarsRecord(epoch, [["metrics/self_duality", 1 / epoch]], epoch)
  );
  await Deno.writeFile(
    `${folder}/events.out.tfevents.1`,
    await new Blob([firstRecord(1), ...records]).bytes(),
  );
}

function ramp(length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * i));
}
