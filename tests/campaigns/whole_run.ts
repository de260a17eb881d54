/** A run with everything on that takes a second or two, and whether two of them came to the same. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { loadStateDict } from "../../src/engine/checkpoint.ts";
import { readLog } from "../../src/run/log.ts";
import { readMetrics } from "../../src/run/metrics.ts";
import { readRun } from "../../src/run/run_json.ts";
import { runPaths } from "../../src/run/paths.ts";
import { readTrust } from "../../src/run/trust.ts";
import { isThere } from "../../src/files.ts";
import { filesBelow, NARROW } from "../cli/command.ts";

const RUN = ["train", "Drawn10", "--run", "tiny", "--measure", "--threads", "1", "--save-seconds", "0"];

/** Begins a run. */
export const BEGIN = [
  ...RUN,
  ...NARROW,
  ...["--per-class", "2", "--lr", "0.02", "--epochs", "3", "--checkpoints", "1,3"],
];
/** Goes on with one that is there. */
export const GO_ON = [...RUN, "--resume"];

/** What `train` is to be told in `folder`: to go on where there is a run, else to begin one. */
export async function commandFor(folder: string): Promise<readonly string[]> {
  return await isThere(`${folder}/runs/tiny/run.json`) ? GO_ON : BEGIN;
}

/** Reads every file of the run in `folder` as production does, and returns how many epochs resuming would not train again. */
export async function savedEpochs(folder: string): Promise<number> {
  const paths = runPaths(`${folder}/runs/tiny`);
  const record = await readRun(paths);
  if (record === null) return 0;
  const log = await readLog(paths.log);
  await readMetrics(paths.metrics, record.protocol.training.checkpoints);
  await readTrust(paths.trust);
  const files = filesBelow(folder).filter((name) => name.endsWith(".pth"));
  for (const name of files) await loadStateDict(`${folder}/${name}`);
  if (!await isThere(paths.resume)) return 0;
  const epoch = Number((await loadStateDict(paths.resume)).get("position.epoch")!.data[0]);
  assert.ok(log.length >= epoch - 1, `the log has ${log.length} rows, the resume state is in epoch ${epoch}`);
  return epoch - 1;
}

/** Throws unless both folders hold the same run: the same files, equal to the byte but for times. */
export async function requireSameRun(folder: string, expected: string): Promise<void> {
  await requireSameFiles(`${folder}/runs/tiny`, `${expected}/runs/tiny`, (name) => name !== "run.json");
  const tables = [folder, expected].map((place) =>
    Deno.readTextFileSync(`${place}/reports/tiny/metrics.csv`)
  );
  assert.equal(tables[0], tables[1]);
}

/** Throws unless both folders hold the same files, of those that are `wanted`, equal to the byte but for times. */
export async function requireSameFiles(
  folder: string,
  expected: string,
  wanted: (name: string) => boolean,
): Promise<void> {
  const [mine, other] = [folder, expected].map((place) => filesBelow(place).filter(wanted));
  assert.deepEqual(mine, other);
  for (const name of mine!) {
    const [a, b] = await Promise.all([folder, expected].map((place) => contentOf(`${place}/${name}`)));
    assert.ok(Buffer.from(a!).equals(b!), `${name} differs`);
  }
}

/** The bytes of a file, without the seconds that it took. */
async function contentOf(path: string): Promise<Uint8Array> {
  if (path.endsWith("log.csv")) {
    const rows = (await readLog(path)).map((row) => ({ ...row, seconds: 0 }));
    return new TextEncoder().encode(JSON.stringify(rows));
  }
  if (!path.includes("/resume/")) return await Deno.readFile(path);
  const state = await loadStateDict(path);
  state.delete("position.seconds");
  const tensors = [...state].map(([name, { dtype, shape, data }]) => [
    new TextEncoder().encode(`${name} ${dtype} ${shape} `),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  return await new Blob(tensors.flat() as BlobPart[]).bytes();
}
