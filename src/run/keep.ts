/** Which checkpoints stay once they are measured: they are large, and what they tell is in metrics.csv by then. */
import { removeFile } from "../files.ts";
import type { Protocol } from "../experiment/parts.ts";
import { checkpointPath, checkpointsThere, type RunPaths } from "./paths.ts";

/** All of them, the last one only, or none. */
export const KEEPS = ["all", "last", "none"] as const;
export type Keep = (typeof KEEPS)[number];

/** Removes checkpoints that are `measured`, but for those to keep. */
export async function dropCheckpoints(
  paths: RunPaths,
  protocol: Protocol,
  keep: Keep | undefined,
  measured: readonly { readonly epoch: number }[],
): Promise<void> {
  if (keep === undefined || keep === "all") return;
  const there = await checkpointsThere(paths, protocol);
  const spare = there.filter((epoch) => measured.some((row) => row.epoch === epoch));
  const dropped = keep === "last" ? spare.slice(0, -1) : spare;
  for (const epoch of dropped) await removeFile(checkpointPath(paths, protocol, epoch));
}
