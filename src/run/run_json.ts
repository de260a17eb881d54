/** run.json of a run's folder: read, written, compared with what is asked, and removed with all else. */
import { dirname } from "node:path";
import { RunFileSchema } from "../experiment/format1.ts";
import type { Protocol } from "../experiment/parts.ts";
import { differences, requireSound } from "../experiment/protocol.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { removeWhole, writeWhole } from "../files.ts";
import { readJson } from "./json.ts";
import type { RunPaths } from "./paths.ts";

/** run.json, of any format, or null where there is none. Throws where it is damaged, or holds a protocol that no option would give. */
export async function readRun({ record: path }: RunPaths): Promise<RunRecord | null> {
  const record = await readJson(path, RunFileSchema);
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
  { record, log, metrics, lines, trust, layers, checkpoints, geometry, resume }: RunPaths,
): Promise<void> {
  // run.json first: what is left by a process that is killed here is no run.
  for (const path of [record, log, metrics, lines, trust, layers, checkpoints, geometry, dirname(resume)]) {
    await removeWhole(path);
  }
}

/** Throws, naming each hyper-parameter that differs, unless `asked` is the protocol of the run in `folder`. */
export function requireSameProtocol(
  folder: string,
  { protocol }: RunRecord,
  asked: Protocol,
  remedy = "leave these options out, or choose another run with --run",
): void {
  const differing = differences(protocol, asked);
  if (differing.length === 0) return;
  const list = differing.map(({ option, values: [there, found] }) => `${option} ${there}, found ${found}`);
  throw new Error(
    `${folder} was trained by another protocol: expected ${list.join("; ")}; ${remedy}`,
  );
}
