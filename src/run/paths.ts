/** What lies where in the folder of a run. */
import type { Protocol } from "../experiment/parts.ts";
import { isThere } from "../files.ts";

/** Paths inside a run folder. */
export interface RunPaths {
  readonly folder: string;
  readonly record: string;
  readonly log: string;
  readonly metrics: string;
  /** metrics.jsonl; there where it was asked for. */
  readonly lines: string;
  readonly trust: string;
  /** There where layers were asked for. */
  readonly layers: string;
  readonly checkpoints: string;
  /** What the moving picture needs, a file a checkpoint; there where it was asked for. */
  readonly geometry: string;
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
    lines: `${folder}/metrics.jsonl`,
    trust: `${folder}/trust.json`,
    layers: `${folder}/layers.csv`,
    checkpoints: `${folder}/checkpoints`,
    geometry: `${folder}/geometry`,
    resume: `${folder}/resume/state.pth`,
    previous: `${folder}/resume/previous.pth`,
    savedLog: `${folder}/resume/log.csv`,
  };
}

/** File of the checkpoint after `epoch`, e.g. runs/x/checkpoints/resnet18_005.pth. */
export function checkpointPath(
  { checkpoints }: RunPaths,
  { network }: Pick<Protocol, "network">,
  epoch: number,
): string {
  return `${checkpoints}/${network.kind}_${String(epoch).padStart(3, "0")}.pth`;
}

/** Epochs of the protocol's checkpoints that are there, ascending. */
export async function checkpointsThere(paths: RunPaths, protocol: Protocol): Promise<number[]> {
  const files = protocol.training.checkpoints.map((epoch) => checkpointPath(paths, protocol, epoch));
  const there = await Promise.all(files.map(isThere));
  return protocol.training.checkpoints.filter((_, i) => there[i]);
}
