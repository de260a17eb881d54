/** The run that a training goes on with or begins: what its folder holds, whether it suits, and its record. */
import configuration from "../../deno.json" with { type: "json" };
import type { Dataset } from "../data/dataset.ts";
import type { Library } from "../ffi/library.ts";
import { isThere } from "../files.ts";
import type { Protocol } from "../experiment/parts.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { nothingToResume } from "../run/asked.ts";
import { lockRun, RunIsTaken } from "../run/lock.ts";
import { readRun, requireSameProtocol } from "../run/run_json.ts";
import type { RunPaths } from "../run/paths.ts";
import type { RunRequest } from "./request.ts";

/**
 * The record of the run to go on with, or null for a fresh one. Throws where the folder does not suit what was asked,
 * RunIsTaken where it holds a run that was not expected.
 * What is found holds only under the run's lock for training (`locked`): before, another process may change it.
 */
export async function findRun(
  paths: RunPaths,
  { protocol, resume = false, overwrite = false, deterministic = false }: Pick<
    RunRequest,
    "protocol" | "resume" | "overwrite" | "deterministic"
  >,
  { locked }: { locked: boolean },
): Promise<RunRecord | null> {
  const { folder } = paths;
  if (overwrite) return null;
  const record = await readRun(paths);
  if (record === null) {
    if (resume) throw nothingToResume(folder);
    if (await isThere(paths.resume)) {
      throw new Error(
        `expected run.json beside ${paths.resume}, found none; add --overwrite to start over, or choose another run with --run`,
      );
    }
    return null;
  }
  if (resume) {
    requireSameProtocol(folder, record, protocol);
    if (deterministic && !record.deterministic) {
      throw new Error(
        `${folder} was begun without --deterministic, found it now; leave it out, or choose another run with --run`,
      );
    }
    return record;
  }
  // Says so if that run is being trained just now.
  using _lock = locked ? null : await lockRun(paths, "training");
  const remedy =
    "add --resume to go on with it or --overwrite to start over, or choose another run with --run";
  requireSameProtocol(folder, record, protocol, remedy);
  throw new RunIsTaken(`expected no run in ${folder} yet, found one; ${remedy}`);
}

/** What a run was last trained on: what its resumption says, else its beginning. */
export function lastTrainedOn(record: RunRecord): Pick<RunRecord, "device" | "threads" | "versions"> {
  return record.resumed?.at(-1) ?? record;
}

/** The record of a run that goes on in `epoch`; the same where that happens as before, on all that decides its bits. */
export function resumedIn(
  epoch: number,
  record: RunRecord,
  { library, device }: { library: Library; device: string },
): RunRecord {
  const { libtorch, threads } = library.describe();
  const last = lastTrainedOn(record);
  if (device === last.device && threads === last.threads && libtorch === last.versions.libtorch) {
    return record;
  }
  const resumption = { epoch, device, threads, versions: versionsWith(libtorch), started: now() };
  return { ...record, resumed: [...record.resumed ?? [], resumption] };
}

/** What run.json says of a run that starts now. */
export function makeRecord(
  { protocol, dataset, library, device, command }: {
    protocol: Protocol;
    dataset: Dataset;
    library: Library;
    device: string;
    command: string;
  },
): RunRecord {
  const { name, title, digest, classes, shape, mean, std } = dataset;
  const { libtorch, threads, deterministic } = library.describe();
  return {
    format: 2,
    protocol,
    dataset: {
      name,
      title,
      digest,
      classes,
      trainImages: dataset.train.count,
      testImages: dataset.test.count,
      shape: [...shape],
      pixels: { mean: [...mean], std: [...std] },
    },
    command,
    versions: versionsWith(libtorch),
    device,
    threads,
    deterministic,
    started: now(),
  };
}

/** Of what computes here. */
export function versionsWith(libtorch: string): RunRecord["versions"] {
  return { tool: configuration.version, deno: Deno.version.deno, libtorch };
}

function now(): string {
  return new Date().toISOString();
}
