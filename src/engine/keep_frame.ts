/** Keeps of a measured checkpoint what the moving picture needs: a file in the run's geometry/. */
import { firstSamples, frameOf, MOST_CLASSES } from "../collapse/geometry.ts";
import { writeFrame } from "../run/geometry.ts";
import type { RunPaths } from "../run/paths.ts";
import type { NetworkMeasureOptions } from "./measure_network.ts";

/**
 * What measuring is to look at. A frame depends on its own checkpoint alone: coordinates are those in which class means
 * come nearest to the simplex, so frames of one run are alike whenever and in whatever order they are written.
 */
export function keepFrame(
  paths: RunPaths,
  epoch: number,
  classNames: readonly string[] | null,
): NonNullable<NetworkMeasureOptions["look"]> {
  return async (train, { weight }) => {
    const { width, classes } = train;
    const { counts, sums } = await train.classSums();
    // What has no mean has no picture; its row says why.
    if (![sums, weight].every((values) => values.every(Number.isFinite))) return;
    const means = sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]!));
    const k = Math.min(classes, MOST_CLASSES);
    const samples = await firstSamples(train.chunks(), k, width);
    const names = classNames === null ? null : classNames.slice(0, k);
    await writeFrame(paths, { ...frameOf({ epoch, width, means, weight, samples }), names });
  };
}
