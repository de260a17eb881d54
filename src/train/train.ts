/** The training loop. */
import { makeFolder } from "../files.ts";
import { loadProgress, restoreLog, saveProgress } from "../engine/progress.ts";
import { type Position, START } from "../engine/resume.ts";
import { type Session } from "../engine/session.ts";
import { recipeOf } from "../experiment/recipe.ts";
import { Trainer } from "../ffi/trainer.ts";
import { dropCheckpoints } from "../run/keep.ts";
import { beforeFirstEpoch, endEpoch, secondsSince, trainEpoch } from "./epoch.ts";
import type { Word } from "./join_run.ts";
import type { TrainOptions } from "./options.ts";

/** Seconds of work that a process which is killed may lose, where nothing else is asked for. */
export const SAVE_SECONDS = 30;

/**
 * Trains to the last epoch of the protocol, going on where the run's resume state stands, if there is one. On one
 * machine, device and number of threads the checkpoints do not depend, to the bit, on where it was stopped.
 *
 * Where epoch 0 is due, the network as it was initialised leaves its checkpoint, and what that measures, before the first
 * step. Each epoch leaves, in this order: its checkpoint where one is due, its row in log.csv, what the checkpoint measures
 * in trust.json and metrics.csv where that is asked for, the resume state where it is time for it. Measuring changes
 * none of the others.
 * Returns "stopped" when `signal` or `abandoned` ended it. Throws when the loss is not finite; what was saved stays.
 */
export async function train(session: Session, options: TrainOptions): Promise<"done" | "stopped"> {
  const { protocol, paths, measuring, graphs = true, saveSeconds = SAVE_SECONDS } = options;
  const { together, abandoned, onEpoch, onNote } = options;
  const { seed, epochs, checkpoints } = protocol.training;
  const recipe = recipeOf(protocol, { graphs });
  using trainer = Trainer.create(session.library, session.network, session.train, recipe);
  const resumed = await loadProgress(paths, session, trainer, onNote);
  if (resumed === null) session.network.initialise(seed);
  let position = resumed ?? START;
  // A crash between log and resume state leaves rows of an epoch that is now trained again.
  const firstEpoch = position.epoch;
  const log = await restoreLog(paths, protocol, position, onNote);
  const isBeginning = firstEpoch === 1 && position.step === 0;
  const isPast = ({ epoch }: { epoch: number }) => epoch < firstEpoch && !isBeginning;
  const rows = (measuring?.measured.rows ?? []).filter(isPast);
  const layerRows = (measuring?.layers?.rows ?? []).filter(isPast);
  await together?.share(trainer, protocol.training);
  await together?.tell(position);
  const say = async (word: Word) => await together?.tell(word);
  if (firstEpoch <= epochs) await options.onBegin?.(firstEpoch);
  await makeFolder(paths.checkpoints);
  const reportUnrecorded = once(options.onUnrecorded);
  let saved = performance.now();

  const stopAt = async (position: Position) => {
    if (!abandoned?.aborted) await saveProgress(paths, session, trainer, position, log);
    return "stopped" as const;
  };

  if (isBeginning && !await beforeFirstEpoch(session, { rows, layerRows, options })) {
    await say("stopped");
    return await stopAt(position);
  }
  while (position.epoch <= epochs) {
    const { epoch } = position;
    await say("epoch");
    const trained = await trainEpoch(session, trainer, position, options);
    const { whyNot } = trainer.recorded();
    if (whyNot !== null && !trained.stopped) reportUnrecorded(whyNot);
    // Of a run that is another process's by now, this one's files are older than what is there.
    const ended = !trained.stopped &&
      await endEpoch(session, trainer, trained.position, { log, rows, layerRows, options });
    if (!ended || abandoned?.aborted) {
      // Where steps were stopped, all ranks agreed to it.
      if (!trained.stopped) await say("stopped");
      return await stopAt(trained.position);
    }
    position = { ...START, epoch: epoch + 1 };
    const isCheckpoint = checkpoints.includes(epoch);
    if (isCheckpoint || epoch === epochs || secondsSince(saved) >= saveSeconds) {
      await saveProgress(paths, session, trainer, position, log);
      saved = performance.now();
    }
    await dropCheckpoints(paths, protocol, measuring?.keep, rows);
    onEpoch?.(log.at(-1)!, rows.find((measured) => measured.epoch === epoch));
  }
  await say("done");
  return "done";
}

function once<T>(call: ((value: T) => void) | undefined): (value: T) => void {
  let pending = call;
  return (value) => {
    pending?.(value);
    pending = undefined;
  };
}
