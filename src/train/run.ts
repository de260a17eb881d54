/** The folder of a run: what lies where, run.json, and the lock that keeps two processes apart. */
import { dirname } from "node:path";
import { isThere, openToWrite, removePartials, removeWhole, writeWhole } from "../files.ts";
import { type Protocol, type RunRecord, RunSchema } from "../record.ts";
import { readJson } from "./json.ts";
import { differences, requireSound } from "./protocol.ts";
import { optionValue, PROTOCOL_OPTIONS } from "./protocol_options.ts";

/** Paths inside a run folder. */
export interface RunPaths {
  readonly folder: string;
  readonly record: string;
  readonly log: string;
  readonly metrics: string;
  readonly trust: string;
  readonly checkpoints: string;
  readonly resume: string;
  /** The resume state that `resume` took the place of. */
  readonly previous: string;
  /** The log as it was when the resume state was saved. */
  readonly savedLog: string;
}

export function runPaths(folder: string): RunPaths {
  return {
    folder,
    record: `${folder}/run.json`,
    log: `${folder}/log.csv`,
    metrics: `${folder}/metrics.csv`,
    trust: `${folder}/trust.json`,
    checkpoints: `${folder}/checkpoints`,
    resume: `${folder}/resume/state.pth`,
    previous: `${folder}/resume/previous.pth`,
    savedLog: `${folder}/resume/log.csv`,
  };
}

/** File of the checkpoint after `epoch`, e.g. runs/x/checkpoints/resnet18_005.pth. */
export function checkpointPath(
  { checkpoints }: RunPaths,
  { model }: Pick<Protocol, "model">,
  epoch: number,
): string {
  return `${checkpoints}/${model}_${String(epoch).padStart(3, "0")}.pth`;
}

/** Epochs of the protocol's checkpoints that are there, ascending. */
export async function checkpointsThere(paths: RunPaths, protocol: Protocol): Promise<number[]> {
  const files = protocol.checkpoints.map((epoch) => checkpointPath(paths, protocol, epoch));
  const there = await Promise.all(files.map(isThere));
  return protocol.checkpoints.filter((_, i) => there[i]);
}

/** run.json, or null where there is none. Throws where it is damaged, or holds a protocol that no option would give. */
export async function readRun({ record: path }: RunPaths): Promise<RunRecord | null> {
  const record = await readJson(path, RunSchema);
  if (record === null) return null;
  try {
    requireSound(record.protocol);
  } catch (error) {
    throw new Error(`${path}: protocol: ${error instanceof Error ? error.message : error}`);
  }
  return record;
}

export async function writeRun({ record: path }: RunPaths, record: RunRecord): Promise<void> {
  await writeWhole(path, JSON.stringify(record, null, 2) + "\n");
}

/** Removes all that a run has left. Its locks for training and for measuring are held. */
export async function removeRun(
  { record, log, metrics, trust, checkpoints, resume }: RunPaths,
): Promise<void> {
  // run.json first: what is left by a process that is killed here is no run.
  for (const path of [record, log, metrics, trust, checkpoints, dirname(resume)]) await removeWhole(path);
}

/** Throws, naming each hyper-parameter that differs, unless `asked` is the protocol of the run in `folder`. */
export function requireSameProtocol(folder: string, { protocol }: RunRecord, asked: Protocol): void {
  const differing = differences(protocol, asked);
  if (differing.length === 0) return;
  const list = differing.map((key) =>
    `${PROTOCOL_OPTIONS[key]} ${optionValue(protocol[key])}, found ${optionValue(asked[key])}`
  );
  throw new Error(
    `${folder} was trained by another protocol: expected ${list.join("; ")}; ` +
      "leave these options out, or choose another run with --run",
  );
}

/** What one process at a time does with a run; each writes files of its own. */
export type Work = "training" | "measuring" | "reporting";

/**
 * Takes the run for one kind of work until disposed. The system gives the lock up when the process ends, however
 * it ends. Throws at once where another process holds it. The folder must exist. What was found in it before is to
 * be looked at again: another process may have had the lock meanwhile.
 */
export async function lockRun(paths: RunPaths, work: Work): Promise<Disposable> {
  const { folder } = paths;
  const file = await openToWrite(`${folder}/.${work}.lock`, { truncate: false });
  if (await file.tryLock(true)) {
    await removeHalfWritten(paths, work);
    return file;
  }
  file.close();
  throw new Error(
    `another process is ${work} ${folder}: expected one at a time; wait for it, or choose another run with --run`,
  );
}

/** Removes what a killed process left of files that only this kind of work writes. */
async function removeHalfWritten({ folder, checkpoints, resume }: RunPaths, work: Work): Promise<void> {
  if (work === "measuring") await removePartials(folder, ["metrics.csv", "trust.json"]);
  if (work !== "training") return;
  await removePartials(folder, ["run.json", "log.csv"]);
  await removePartials(checkpoints);
  await removePartials(dirname(resume));
}
