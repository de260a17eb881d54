/** What training is told, and what it tells. */
import type { ImagePass } from "../engine/measure_network.ts";
import type { Together } from "../engine/together.ts";
import type { Images } from "../ffi/images.ts";
import type { LogRow, Measurement } from "../run/tables.ts";
import type { Protocol } from "../experiment/parts.ts";
import type { Keep } from "../run/keep.ts";
import type { LayerForm, LayerRow } from "../run/layers.ts";
import type { Measured } from "../run/measured.ts";
import type { RunPaths } from "../run/paths.ts";

/** What is told while a run trains. */
export interface TrainProgress {
  /** Called after every native call with the images of this epoch that are done. */
  readonly onSteps?: (progress: { epoch: number; images: number }) => void;
  /** Called once an epoch's row is on disk, and what was measured after it. */
  readonly onEpoch?: (row: LogRow, measured?: Measurement) => void;
  /** Called with what was measured before the first step, where that has a checkpoint. */
  readonly onInitial?: (measured: Measurement) => void;
  /** Called before the test images are evaluated after an epoch. */
  readonly onEvaluate?: (epoch: number) => void;
  /** Called some times a second while images are evaluated after an epoch, for its test or its measurement. */
  readonly onImages?: (epoch: number, pass: ImagePass) => void;
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
  readonly graphs?: boolean | undefined;
  /**
   * The resume state is written after an epoch when this many seconds have passed since it was last, besides after
   * each checkpoint, at a stop and at the end. What a killed process did since is done again.
   */
  readonly saveSeconds?: number | undefined;
  /** Stops after the native call or the part of measuring under way; what was done is saved. */
  readonly signal?: AbortSignal;
  /** Aborts where the run has become another process's: it ends, and nothing is saved. */
  readonly abandoned?: AbortSignal;
  /** The other ranks, where this is rank 0 of several. */
  readonly together?: Together | undefined;
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
  /** Out-of-distribution images by the name of their set. */
  readonly ood?: ReadonlyMap<string, Images>;
  /** How the maps of layers become vectors, and the rows that the file holds already; without it, none is measured. */
  readonly layers?: { readonly form: LayerForm; readonly rows: readonly LayerRow[] };
  /** Names of the classes beside what the moving picture needs, null where there are none; without it, nothing is kept for that. */
  readonly geometry?: { readonly classNames: readonly string[] | null };
  /** Memory for features, in bytes. */
  readonly keepBytes: number;
  /** Which checkpoints stay once they are measured; all where nothing is said. */
  readonly keep?: Keep;
}
