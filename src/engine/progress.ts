/**
 * What a run goes on from: the resume state, the one before it for when that is damaged, and a copy of the log as it
 * was when the state was saved.
 */
import { dirname } from "node:path";
import type { Trainer } from "../ffi/trainer.ts";
import { isThere, makeFolder, moveFile } from "../files.ts";
import type { LogRow } from "../run/tables.ts";
import type { Protocol } from "../experiment/parts.ts";
import { readLog, writeLog } from "../run/log.ts";
import { loadResume, type Position, saveResume, START } from "./resume.ts";
import type { RunPaths } from "../run/paths.ts";
import type { Session } from "./session.ts";

/** Is told, in a sentence, what became of a damaged or missing file. */
type OnNote = ((sentence: string) => void) | undefined;

/** Saves all that is needed to go on from `position`, which `log` has led to. */
export async function saveProgress(
  { resume, previous, savedLog }: RunPaths,
  session: Session,
  trainer: Trainer,
  position: Position,
  log: readonly LogRow[],
): Promise<void> {
  await makeFolder(dirname(resume));
  // First: the copy has every row that the state counts on, however the process ends.
  await writeLog(savedLog, log);
  await saveResume(resume, session, trainer, position, { previous });
}

/**
 * Puts network and trainer where the last sound state says, and returns where that is; null where the run has none
 * yet. Throws, as the newest state's reader does, where there are states and none is sound.
 */
export async function loadProgress(
  { resume, previous }: RunPaths,
  session: Session,
  trainer: Trainer,
  onNote: OnNote,
): Promise<Position | null> {
  let damage: Error;
  try {
    const position = await loadResume(resume, session, trainer);
    if (position !== null || !await isThere(previous)) return position;
    damage = new Error(`expected a resume state in ${resume}, found no such file`);
  } catch (error) {
    damage = error as Error;
  }
  const position = await loadResume(previous, session, trainer).catch(() => null);
  if (position === null) throw damage;
  // In its place, so that the next state does not keep the damaged one instead of it.
  await moveFile(previous, resume);
  onNote?.(`${damage.message}; going on from the state that was saved before it, in epoch ${position.epoch}`);
  return position;
}

/**
 * The rows of all epochs before `position`; those that log.csv has lost come from the copy, and are put back. Where
 * neither file has them, a run that is done says so, and any other throws: a log has no gaps. Says, too, where a log is
 * all that is there.
 */
export async function restoreLog(
  { log, savedLog, resume }: RunPaths,
  protocol: Protocol,
  position: Position,
  onNote: OnNote,
): Promise<LogRow[]> {
  const before = (row: LogRow) => row.epoch < position.epoch;
  const all = await readLog(log, protocol);
  const there = all.filter(before);
  const done = position.epoch - 1;
  if (position === START && all.length > 0) {
    onNote?.(
      `expected a resume state in ${resume}, found none; all ${all.length} epochs of ${log} are trained again`,
    );
  }
  if (there.length === done) return there;
  const lost = `${log}: expected a row for each of ${done} epochs, found ${there.length}`;
  const saved = (await readLog(savedLog, protocol)).filter(before);
  if (saved.length === done) {
    await writeLog(log, saved);
    onNote?.(`${lost}; the others were restored from ${savedLog}`);
    return saved;
  }
  const nowhere = `${lost}, and no copy in ${savedLog}`;
  if (done < protocol.training.epochs) {
    throw new Error(`${nowhere}; put the rows back, or train another run with --run`);
  }
  onNote?.(`${nowhere}; figures of the log end there`);
  return there;
}
