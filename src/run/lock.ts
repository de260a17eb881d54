/** The lock that keeps two processes at one run apart. */
import { dirname } from "node:path";
import { isThere, openToWrite, removePartials } from "../files.ts";
import type { RunPaths } from "./paths.ts";

/** What one process at a time does with a run; each writes files of its own. */
export type Work = "training" | "measuring" | "reporting";

/** Another process holds the lock, or has begun the run. */
export class RunIsTaken extends Error {}

/**
 * Takes the run for one kind of work until disposed. The system gives the lock up when the process ends, however
 * it ends. Throws RunIsTaken at once where another process holds it. The folder must exist. What was found in it before is to
 * be looked at again: another process may have had the lock meanwhile.
 */
export async function lockRun(paths: RunPaths, work: Work): Promise<Disposable> {
  const { folder } = paths;
  const file = await openToWrite(`${folder}/.${work}.lock`, { truncate: false });
  if (await file.tryLock(true)) {
    await removeHalfWritten(paths, work);
    return file;
  }
  file.close();
  throw new RunIsTaken(
    `another process is ${work} ${folder}: expected one at a time; wait for it, or choose another run with --run`,
  );
}

/** Whether a process holds the lock, one that is paused included; of a folder that is not there, that none does. */
export async function isTaken({ folder }: RunPaths, work: Work): Promise<boolean> {
  const path = `${folder}/.${work}.lock`;
  if (!await isThere(path)) return false;
  using file = await openToWrite(path, { truncate: false });
  return !await file.tryLock(true);
}

/** Removes what a killed process left of files that only this kind of work writes. */
async function removeHalfWritten({ folder, checkpoints, resume }: RunPaths, work: Work): Promise<void> {
  if (work === "measuring") await removePartials(folder, ["metrics.csv", "trust.json"]);
  if (work !== "training") return;
  await removePartials(folder, ["run.json", "log.csv"]);
  await removePartials(checkpoints);
  await removePartials(dirname(resume));
}
