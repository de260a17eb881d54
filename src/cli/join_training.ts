/** Trains along with rank 0 of a run, silently: that one shows the bar, writes the run's folder and measures. */
import { Together } from "../engine/together.ts";
import { type JoinRequest, joinRun } from "../train/join_run.ts";
import type { Place } from "./place.ts";
import { interruption, STOPPED_WITH_OTHERS } from "./signals.ts";

/** Returns the exit code: 0, or that of the signal that stopped it. Throws, naming the rank, what ends it. */
export async function joinTraining(
  place: Place,
  request: Omit<JoinRequest, "together">,
): Promise<number> {
  using interrupted = interruption({ saysSo: false });
  try {
    using together = await Together.meet(place);
    const { signal } = interrupted;
    const outcome = await joinRun({ ...request, together }, { signal, onStart: () => interrupted.listen() });
    return outcome === "done" ? 0 : interrupted.exitCode || STOPPED_WITH_OTHERS;
  } catch (error) {
    throw new Error(`rank ${place.rank}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
