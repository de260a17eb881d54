/** The folder of a run: what lies where, run.json, and the lock that keeps two processes apart. */
import { isThere, openToWrite, writeWhole } from "../files.ts";
import { type Protocol, type RunRecord, RunSchema } from "../record.ts";
import { readJson } from "./json.ts";
import { differences } from "./protocol.ts";
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

/** run.json, or null where there is none. Throws where it is damaged. */
export async function readRun({ record }: RunPaths): Promise<RunRecord | null> {
  return await readJson(record, RunSchema);
}

export async function writeRun({ record: path }: RunPaths, record: RunRecord): Promise<void> {
  await writeWhole(path, JSON.stringify(record, null, 2) + "\n");
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

/**
 * Takes the run for one kind of work until disposed. The system gives the lock up when the process ends, however
 * it ends. Throws at once where another process holds it. The folder must exist.
 */
export async function lockRun({ folder }: RunPaths, work: "training" | "measuring"): Promise<Disposable> {
  const file = await openToWrite(`${folder}/.${work}.lock`, { truncate: false });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new Error(
    `another process is ${work} ${folder}: expected one at a time; wait for it, or choose another run with --run`,
  );
}
