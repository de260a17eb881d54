/** The training loop. */
import type { Features } from "../ffi/features.ts";
import { type StepTotals, Trainer } from "../ffi/trainer.ts";
import { makeFolder } from "../files.ts";
import type { LogRow, Measurement } from "../run/tables.ts";
import type { Protocol } from "../experiment/run_record.ts";
import { readState, saveStateDict } from "../engine/checkpoint.ts";
import { dropCheckpoints, type Keep } from "../run/keep.ts";
import { writeLog } from "../run/log.ts";
import { type Measured, writeMeasured } from "../run/measured.ts";
import { measureWith, testFeatures } from "../engine/measure.ts";
import { loadProgress, restoreLog, saveProgress } from "../engine/progress.ts";
import { type Position, START } from "../engine/resume.ts";
import { checkpointPath, type RunPaths } from "../run/paths.ts";
import { epochOrder } from "./order.ts";
import { learningRate } from "../experiment/schedule.ts";
import type { Session } from "../engine/session.ts";

/** How long one native call should take: short enough for Ctrl-C and a progress bar, long enough to cost nothing. */
const CALL_SECONDS = 0.3;
/** Seconds of work that a process which is killed may lose, where nothing else is asked for. */
export const SAVE_SECONDS = 30;
/** Digits that log.csv keeps of losses: sums over many steps agree in these however the steps are split into calls. */
const LOSS_DIGITS = 9;

/** What is told while a run trains. */
export interface TrainProgress {
  /** Called after every native call with the images of this epoch that are done. */
  readonly onSteps?: (progress: { epoch: number; images: number }) => void;
  /** Called once an epoch's row is on disk, and what was measured after it. */
  readonly onEpoch?: (row: LogRow, measured?: Measurement) => void;
  /** Called before the test images are evaluated after an epoch. */
  readonly onEvaluate?: (epoch: number) => void;
  /** Called before a checkpoint is measured, which can take as long as an epoch. */
  readonly onMeasure?: (epoch: number) => void;
  /** Called before training with what became of a damaged or missing file, a sentence each. */
  readonly onNote?: (sentence: string) => void;
  /** Called at most once, where steps cannot be recorded although `graphs` asks for it, with the reason. */
  readonly onUnrecorded?: (whyNot: string) => void;
}

export interface TrainOptions extends TrainProgress {
  readonly protocol: Protocol;
  readonly paths: RunPaths;
  /** Measures each checkpoint right when it is written; without it, none. */
  readonly measuring?: Measuring;
  /** On CUDA, launch training steps as a whole, recorded as CUDA graphs. The numbers are the same. */
  readonly graphs?: boolean;
  /**
   * The resume state is written after an epoch when this many seconds have passed since it was last, besides after
   * each checkpoint, at a stop and at the end. What a killed process did since is done again.
   */
  readonly saveSeconds?: number;
  /** Stops after the native call or the part of measuring under way; what was done is saved. */
  readonly signal?: AbortSignal;
  /** Called before the first step with the epoch that it belongs to, counted from 1; not where nothing is left to do. */
  readonly onBegin?: (epoch: number) => Promise<void>;
}

/**
 * How checkpoints are measured while training: with the session's own network, so that one that is not rewritten
 * gives what measuring the file gives up to rounding, and any other exactly that.
 */
export interface Measuring {
  /** The metrics, and the rows that the files hold already; those of epochs that are trained again are replaced. */
  readonly measured: Measured;
  /** Memory for features, in bytes. */
  readonly keepBytes: number;
  /** Which checkpoints stay once they are measured; all where nothing is said. */
  readonly keep?: Keep;
}

/**
 * Trains to the last epoch of the protocol, going on where the run's resume state stands, if there is one. On one
 * machine, device and number of threads the checkpoints do not depend, to the bit, on where it was stopped.
 *
 * Each epoch leaves, in this order: its checkpoint where one is due, its row in log.csv, what the checkpoint measures
 * in trust.json and metrics.csv where that is asked for, the resume state where it is time for it. Measuring changes
 * none of the others.
 * Returns "stopped" when `signal` ended it. Throws when the loss is not finite; what was saved stays.
 */
export async function train(session: Session, options: TrainOptions): Promise<"done" | "stopped"> {
  const { protocol, paths, measuring, graphs = true, saveSeconds = SAVE_SECONDS } = options;
  const { onEpoch, onEvaluate, onMeasure, onNote } = options;
  const { momentum, weightDecay, precision } = protocol;
  const activations = precision === "bf16" ? "bfloat16" : undefined;
  using trainer = Trainer.create(session.library, session.network, session.train, {
    momentum,
    weightDecay,
    activations,
    graphs,
  });
  const resumed = await loadProgress(paths, session, trainer, onNote);
  if (resumed === null) session.network.initialise(protocol.seed);
  let position = resumed ?? START;
  // A crash between log and resume state leaves rows of an epoch that is now trained again.
  const firstEpoch = position.epoch;
  const log = await restoreLog(paths, protocol, position, onNote);
  const rows = (measuring?.measured.rows ?? []).filter(({ epoch }) => epoch < firstEpoch);
  if (firstEpoch <= protocol.epochs) await options.onBegin?.(firstEpoch);
  await makeFolder(paths.checkpoints);
  const reportUnrecorded = once(options.onUnrecorded);
  let saved = performance.now();

  while (position.epoch <= protocol.epochs) {
    const { epoch } = position;
    const trained = await trainEpoch(session, trainer, position, options);
    if (trained.stopped) {
      await saveProgress(paths, session, trainer, trained.position, log);
      return "stopped";
    }
    const { whyNot } = trainer.recorded();
    if (whyNot !== null) reportUnrecorded(whyNot);
    const started = performance.now();
    trainer.settle();
    const isCheckpoint = protocol.checkpoints.includes(epoch);
    onEvaluate?.(epoch);
    using features = await testFeatures(session, {
      keepBytes: isCheckpoint && measuring ? measuring.keepBytes : 0,
    });
    const test = finiteTotals(features, epoch);
    if (isCheckpoint) {
      await saveStateDict(checkpointPath(paths, protocol, epoch), readState(session.network, session.plan));
    }
    const row = logRow(trained.position, test, session, protocol, secondsSince(started));
    log.push(row);
    await writeLog(paths.log, log);
    if (isCheckpoint && measuring) {
      onMeasure?.(epoch);
      const { keepBytes, measured: { metrics } } = measuring;
      const chosen = { metrics, keepBytes, weightDecay, signal: options.signal };
      const measured = await unlessAborted(measureWith(features, session, epoch, chosen), options.signal);
      if (measured === null) {
        // After the epoch's last step: what follows it is done again, and the checkpoint is measured then.
        await saveProgress(paths, session, trainer, trained.position, log);
        return "stopped";
      }
      rows.push(measured);
      await writeMeasured(paths, { metrics, rows });
    }
    position = { ...START, epoch: epoch + 1 };
    if (isCheckpoint || epoch === protocol.epochs || secondsSince(saved) >= saveSeconds) {
      await saveProgress(paths, session, trainer, position, log);
      saved = performance.now();
    }
    await dropCheckpoints(paths, protocol, measuring?.keep, rows);
    onEpoch?.(row, rows.find((measured) => measured.epoch === epoch));
  }
  return "done";
}

/** What `work` gives; null where it throws the reason of `signal`. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return null;
    throw error;
  }
}

/** The row of an epoch that has reached `position`, and `seconds` more for what followed. */
function logRow(
  position: Position,
  test: StepTotals,
  { train: { count } }: Session,
  protocol: Protocol,
  seconds: number,
): LogRow {
  return {
    epoch: position.epoch,
    learning_rate: learningRate(position.epoch, protocol),
    running_train_loss: rounded(position.loss / count),
    running_train_accuracy: percent(position.correct, count),
    test_loss: rounded(test.loss / test.samples),
    test_accuracy: percent(test.correct, test.samples),
    seconds: rounded(position.seconds + seconds, 4),
  };
}

/** Takes the steps of an epoch that are left, some at a time. */
async function trainEpoch(
  session: Session,
  trainer: Trainer,
  start: Position,
  { protocol, signal, onSteps }: TrainOptions,
): Promise<{ position: Position; stopped: boolean }> {
  const { epoch } = start;
  const { count } = session.train;
  const { batchSize } = protocol;
  const order = epochOrder(protocol.seed, epoch, count);
  const rate = learningRate(epoch, protocol);
  const steps = Math.ceil(count / batchSize);
  let position = start;
  let chunk = 1;
  while (position.step < steps) {
    if (signal?.aborted) return { position, stopped: true };
    const started = performance.now();
    const firstStep = position.step;
    const taken = Math.min(chunk, steps - firstStep);
    const totals = await trainer.run(order, { batchSize, firstStep, steps: taken, learningRate: rate });
    const seconds = secondsSince(started);
    if (!Number.isFinite(totals.loss)) {
      throw new Error(
        `expected a finite loss, found ${totals.loss} in epoch ${epoch}, step ${firstStep + 1} to ` +
          `${firstStep + taken} of ${steps}, at learning rate ${rate}; train another run with a smaller --lr`,
      );
    }
    position = {
      epoch,
      step: firstStep + taken,
      loss: position.loss + totals.loss,
      correct: position.correct + totals.correct,
      seconds: position.seconds + seconds,
    };
    chunk = Math.max(1, Math.round(CALL_SECONDS * taken / seconds));
    onSteps?.({ epoch, images: Math.min(position.step * batchSize, count) });
  }
  return { position, stopped: false };
}

/** Loss and correct predictions on the test split. */
function finiteTotals({ totals }: Features, epoch: number): StepTotals {
  if (Number.isFinite(totals!.loss)) return totals!;
  throw new Error(
    `expected a finite test loss, found ${
      totals!.loss
    } after epoch ${epoch}; train another run with a smaller --lr`,
  );
}

function once<T>(call: ((value: T) => void) | undefined): (value: T) => void {
  let pending = call;
  return (value) => {
    pending?.(value);
    pending = undefined;
  };
}

function percent(part: number, whole: number): number {
  return rounded(100 * part / whole);
}

function rounded(value: number, digits = LOSS_DIGITS): number {
  return Number(value.toPrecision(digits));
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
