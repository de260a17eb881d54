/** run.json of a run's folder: read, written, compared with what is asked, and removed with all else. */
import { dirname } from "node:path";
import { optionValue, PROTOCOL_OPTIONS } from "../experiment/options.ts";
import { differences, requireSound } from "../experiment/protocol.ts";
import { type Protocol, type RunRecord, RunSchema } from "../experiment/run_record.ts";
import { removeWhole, writeWhole } from "../files.ts";
import { readJson } from "./json.ts";
import type { RunPaths } from "./paths.ts";

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
