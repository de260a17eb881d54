/** An epoch: its steps, and what follows the last of them. */
import { decayBesideSquares } from "../experiment/squared_error.ts";
import { readState, saveStateDict } from "../engine/checkpoint.ts";
import { keepFrame } from "../engine/keep_frame.ts";
import { measureLayers } from "../engine/measure_layers.ts";
import { type ImagePass, measureWith, testFeatures } from "../engine/measure_network.ts";
import type { Position } from "../engine/resume.ts";
import type { Session } from "../engine/session.ts";
import type { Together } from "../engine/together.ts";
import type { Protocol } from "../experiment/parts.ts";
import { learningRate } from "../experiment/schedule.ts";
import type { Features } from "../ffi/features.ts";
import type { StepTotals, Trainer } from "../ffi/trainer.ts";
import { type LayerRow, writeLayers } from "../run/layers.ts";
import { writeLog } from "../run/log.ts";
import { type MeasuredCheckpoint, writeMeasured } from "../run/measured.ts";
import { checkpointPath } from "../run/paths.ts";
import type { LogRow } from "../run/tables.ts";
import type { TrainOptions } from "./options.ts";
import { imagesOfEpoch } from "./order.ts";

/** How long one native call should take: short enough for Ctrl-C and a progress bar, long enough to cost nothing. */
const CALL_SECONDS = 0.3;
/** Digits that log.csv keeps of losses: sums over many steps agree in these however the steps are split into calls. */
const LOSS_DIGITS = 9;

/** What of its options an epoch's steps need. */
export interface EpochOptions extends Pick<TrainOptions, "protocol" | "onSteps"> {
  readonly signal?: AbortSignal | undefined;
  readonly together?: Together | undefined;
}

/** Takes the steps of an epoch that are left, some at a time; of several ranks all as many. */
export async function trainEpoch(
  session: Session,
  trainer: Trainer,
  start: Position,
  { protocol, signal, together, onSteps }: EpochOptions,
): Promise<{ position: Position; stopped: boolean }> {
  const { epoch } = start;
  const { count } = session.train;
  const { batchSize } = protocol.training;
  const images = imagesOfEpoch(protocol, epoch, count);
  const rate = learningRate(epoch, protocol);
  const steps = Math.ceil(count / batchSize);
  let position = start;
  let chunk = 1;
  while (position.step < steps) {
    const firstStep = position.step;
    const next = { stop: signal?.aborted ?? false, steps: Math.min(chunk, steps - firstStep) };
    const { stop, steps: taken } = together === undefined ? next : await together.agree(next);
    if (stop) return { position, stopped: true };
    const started = performance.now();
    const totals = await trainer.run(images.order, {
      batchSize,
      firstStep,
      steps: taken,
      learningRate: rate,
      changes: images.changes,
    });
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

/** What the files hold of the epochs that are done. */
interface Done {
  readonly log: LogRow[];
  readonly rows: MeasuredCheckpoint[];
  readonly layerRows: LayerRow[];
}

/**
 * Writes and measures the checkpoint of the network as it was initialised, where one is due. False where the signal ended
 * measuring: gone on with from the first step, all of this is done again.
 */
export async function beforeFirstEpoch(
  session: Session,
  { rows, layerRows, options }: Omit<Done, "log"> & { readonly options: TrainOptions },
): Promise<boolean> {
  const { protocol, paths, measuring, onEvaluate, onInitial } = options;
  if (!protocol.training.checkpoints.includes(0)) return true;
  if (options.abandoned?.aborted) return false;
  await saveStateDict(checkpointPath(paths, protocol, 0), readState(session.network));
  if (!measuring) return true;
  onEvaluate?.(0);
  using features = await featuresOfTest(session, options, { epoch: 0, isCheckpoint: true });
  if (!await measureEpoch(session, 0, features, { rows, layerRows, options })) return false;
  onInitial?.(rows.at(-1)!);
  return true;
}

/**
 * Tests the network at the end of an epoch, writes its checkpoint where one is due and its row of the log, and measures the
 * checkpoint. False where the signal ended measuring: gone on with from the epoch's last step, all of this is done again.
 */
export async function endEpoch(
  session: Session,
  trainer: Trainer,
  position: Position,
  { log, rows, layerRows, options }: Done & { readonly options: TrainOptions },
): Promise<boolean> {
  const { protocol, paths, onEvaluate } = options;
  const { epoch } = position;
  const started = performance.now();
  trainer.flush();
  const isCheckpoint = protocol.training.checkpoints.includes(epoch);
  onEvaluate?.(epoch);
  using features = await featuresOfTest(session, options, { epoch, isCheckpoint });
  const test = finiteTotals(features, epoch);
  // Another process has gone on with the run: its files are newer.
  if (options.abandoned?.aborted) return false;
  if (isCheckpoint) {
    await saveStateDict(checkpointPath(paths, protocol, epoch), readState(session.network));
  }
  log.push(logRow(position, test, session, protocol, secondsSince(started)));
  await writeLog(paths.log, log);
  return !isCheckpoint || await measureEpoch(session, epoch, features, { rows, layerRows, options });
}

/** Features of the test images, with their loss; kept where they are measured next. */
function featuresOfTest(
  session: Session,
  { protocol, measuring, onImages }: TrainOptions,
  { epoch, isCheckpoint }: { epoch: number; isCheckpoint: boolean },
): Promise<Features> {
  const keepBytes = isCheckpoint && measuring ? measuring.keepBytes : 0;
  return testFeatures(session, {
    keepBytes,
    ood: measuring?.ood,
    loss: protocol.loss,
    ...onImages && { onImages: (pass) => onImages(epoch, pass) },
  });
}

/** Measures a checkpoint where that is asked for, from its features of the test images. False where the signal ended it. */
async function measureEpoch(
  session: Session,
  epoch: number,
  features: Features,
  { rows, layerRows, options }: Omit<Done, "log"> & { readonly options: TrainOptions },
): Promise<boolean> {
  const { protocol, paths, measuring, signal, onMeasure } = options;
  const told = options.onImages && { onImages: (pass: ImagePass) => options.onImages!(epoch, pass) };
  if (!measuring) return true;
  onMeasure?.(epoch);
  const { keepBytes, ood, layers, geometry, measured: { rows: _before, ...measured } } = measuring;
  const weightDecay = decayBesideSquares(protocol, session.plan.classes);
  const look = geometry && { look: keepFrame(paths, epoch, geometry.classNames) };
  const chosen = { metrics: measured.metrics, keepBytes, weightDecay, ood, signal, ...told, ...look };
  const row = await unlessAborted(measureWith(features, session, epoch, chosen), signal);
  if (row === null) return false;
  if (layers !== undefined) {
    const { form } = layers;
    const found = await unlessAborted(
      measureLayers(session, epoch, { form, keepBytes, signal, ...told }),
      signal,
    );
    if (found === null) return false;
    layerRows.push(...found);
    await writeLayers(paths.layers, layerRows);
  }
  rows.push(row);
  await writeMeasured(paths, { ...measured, rows });
  return true;
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

/** Loss and correct predictions on the test split. */
function finiteTotals({ totals }: Features, epoch: number): StepTotals {
  if (Number.isFinite(totals!.loss)) return totals!;
  throw new Error(
    `expected a finite test loss, found ${
      totals!.loss
    } after epoch ${epoch}; train another run with a smaller --lr`,
  );
}

function percent(part: number, whole: number): number {
  return rounded(100 * part / whole);
}

function rounded(value: number, digits = LOSS_DIGITS): number {
  return Number(value.toPrecision(digits));
}

export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
