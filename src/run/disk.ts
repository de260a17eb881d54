/** How much of the disk a run will take, said before it begins. */
import { dirname } from "node:path";
import { statfs } from "node:fs/promises";
import type { Plan, PlanEntry } from "../models/plan.ts";
import type { Protocol } from "../experiment/parts.ts";
import type { Keep } from "./keep.ts";

/** What {@link spaceFor} counts. */
export interface RunSize {
  readonly plan: Pick<Plan, "entries">;
  readonly protocol: Pick<Protocol, "training">;
  /** Checkpoints that are still to be written. */
  readonly checkpoints: number;
  readonly keep: Keep;
  /** Bytes in the folder that will make room: of a run that is overwritten, of older resume states. */
  readonly freed: number;
}

/** Checkpoints at a time: one is written before the last is removed. */
const AT_A_TIME: Readonly<Record<Keep, number>> = { all: Infinity, last: 2, none: 1 };
/** Resume states at a time: the last two, and the one that is written. */
const RESUME_STATES = 3;

/** Bytes that a run will add to its folder at most: its checkpoints and what resuming needs; tables are small beside. */
export function bytesOfRun(
  { plan: { entries }, protocol, checkpoints, keep }: Omit<RunSize, "freed">,
): number {
  const bytes = protocol.training.precision === "float64" ? 8 : 4;
  const sizeOf = (entry: PlanEntry) =>
    entry.kind === "counter" ? 8 : bytes * entry.shape.reduce((product, size) => product * size, 1);
  const sum = (some: readonly PlanEntry[]) => some.reduce((total, entry) => total + sizeOf(entry), 0);
  const state = sum(entries);
  const momentum = sum(entries.filter(({ kind }) => kind === "parameter"));
  return Math.min(checkpoints, AT_A_TIME[keep]) * state + RESUME_STATES * (state + momentum);
}

/**
 * How much a run will take in `folder` and how much is free there, in a line, and whether that is enough. Where it is
 * not, the run may begin all the same: room may be made meanwhile, and a full disk loses nothing that was saved.
 */
export async function spaceFor(folder: string, size: RunSize): Promise<{ line: string; isEnough: boolean }> {
  const bytes = bytesOfRun(size);
  const free = await freeSpace(folder, size.freed);
  const { checkpoints } = size;
  const line =
    `disk: up to ${amount(bytes)} for ${checkpoints} checkpoint${checkpoints === 1 ? "" : "s"} and what ` +
    "resuming needs";
  if (free === null) return { line, isEnough: true };
  if (free >= bytes) return { line: `${line}, ${amount(free)} free`, isEnough: true };
  const remedy = "make room, or choose fewer --checkpoints or --measure --keep last";
  return { line: `${line}, only ${amount(free)} free; ${remedy}`, isEnough: false };
}

/** Bytes that this user may still write in a folder, or where it will be made; null where the system does not tell. */
async function freeSpace(folder: string, freed: number): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize + freed;
  } catch (error) {
    const isMissing = (error as { code?: unknown }).code === "ENOENT";
    return isMissing && folder !== dirname(folder) ? await freeSpace(dirname(folder), freed) : null;
  }
}

/** Bytes of all files in a folder and those below, without those that vanish meanwhile; 0 where there is none. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  const sizes = entries.map(async ({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? await bytesIn(path) : (await Deno.lstat(path).catch(() => null))?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Bytes in words, e.g. "3.2 GB". */
function amount(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [bytes / 1e9, "GB"] : [bytes / 1e6, "MB"];
  return `${size >= 100 ? Math.round(size) : size.toPrecision(2)} ${unit}`;
}
