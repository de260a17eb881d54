/** geometry/ of a run: for each measured checkpoint what the moving picture needs, a file each. */
import * as v from "valibot";
import type { Frame } from "../collapse/geometry.ts";
import { isThere, makeFolder, writeWhole } from "../files.ts";
import { readJson } from "./json.ts";
import type { RunPaths } from "./paths.ts";

const numbers = v.array(v.pipe(v.number(), v.finite()));
const matrix = v.array(numbers);

const GeometrySchema = v.strictObject({
  format: v.literal(1),
  /** Names of the classes drawn, where they are known. */
  names: v.nullable(v.array(v.string())),
  epoch: v.pipe(v.number(), v.integer(), v.minValue(0)),
  classes: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  means: matrix,
  rows: matrix,
  samples: v.array(matrix),
  cosines: v.nullable(v.strictObject({ means: matrix, rows: matrix })),
});

export interface NamedFrame extends Frame {
  readonly names: readonly string[] | null;
}

/** Where the frame of an epoch is. */
export function geometryPath({ geometry }: Pick<RunPaths, "geometry">, epoch: number): string {
  return `${geometry}/epoch_${String(epoch).padStart(3, "0")}.json`;
}

export async function writeFrame(paths: RunPaths, frame: NamedFrame): Promise<void> {
  await makeFolder(paths.geometry);
  await writeWhole(geometryPath(paths, frame.epoch), `${JSON.stringify({ format: 1, ...frame })}\n`);
}

export async function hasFrame(paths: RunPaths, epoch: number): Promise<boolean> {
  return await isThere(geometryPath(paths, epoch));
}

/**
 * The frames of epochs that are measured, those that are there; one without its row in metrics.csv is of a training that
 * was done again. Throws, naming file and place, where one is not as written here.
 */
export async function readFrames(paths: RunPaths, epochs: readonly number[]): Promise<readonly NamedFrame[]> {
  const frames: NamedFrame[] = [];
  for (const epoch of epochs) {
    const frame = await readFrame(paths, epoch);
    if (frame !== null) frames.push(frame);
  }
  return frames;
}

/** The frame of one epoch; null where there is none. Throws as {@link readFrames} does. */
export async function readFrame(paths: RunPaths, epoch: number): Promise<NamedFrame | null> {
  const found = await readJson(geometryPath(paths, epoch), GeometrySchema);
  if (found === null) return null;
  const { format: _, ...frame } = found;
  return frame;
}
