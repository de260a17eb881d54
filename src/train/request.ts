/** What is asked for a run to be trained, and what is told meanwhile. */
import type { LoadingProgress } from "../engine/images.ts";
import type { EngineChoices } from "../engine/library.ts";
import type { MeasureChoices } from "../engine/measure_network.ts";
import type { OodChoice } from "../engine/ood.ts";
import type { Together } from "../engine/together.ts";
import type { Protocol } from "../experiment/parts.ts";
import type { LayerForm } from "../run/layers.ts";
import type { Keep } from "../run/keep.ts";
import type { TrainProgress } from "./options.ts";

/** A run to train, where, and on what. */
export interface RunRequest extends EngineChoices {
  readonly protocol: Protocol;
  /** Name of its folder in the folder of all runs. */
  readonly run: string;
  /** Folder of all runs. */
  readonly runs?: string | undefined;
  /** The other ranks, where this is rank 0 of several. */
  readonly together?: Together | undefined;
  /** Folder of an existing copy of the data set. */
  readonly data?: string | undefined;
  /** Goes on with the run that is there. */
  readonly resume?: boolean | undefined;
  /** Removes the run that is there, and starts over. */
  readonly overwrite?: boolean | undefined;
  readonly rewrite?: boolean | undefined;
  readonly graphs?: boolean | undefined;
  readonly deterministic?: boolean | undefined;
  /** Seconds after which what `resume` needs is written again. */
  readonly saveSeconds?: number | undefined;
  /** Measures each checkpoint as it is written. */
  readonly measure?:
    | MeasureChoices & {
      readonly keep?: Keep | undefined;
      /** Data sets whose images are measured as out-of-distribution ones. */
      readonly ood?: readonly OodChoice[] | undefined;
      /** Measures each layer, too, whose maps become vectors so. */
      readonly layers?: LayerForm | undefined;
      /** Keeps what the moving picture needs of each checkpoint; true by default. */
      readonly geometry?: boolean | undefined;
    }
    | undefined;
  /** The command line, for the report. */
  readonly command: string;
}

/** What is told while a run is trained. */
export interface RunProgress extends LoadingProgress, TrainProgress {
  /** How much the run will take of the disk, and whether that is there. */
  readonly onSpace?: (space: { readonly line: string; readonly isEnough: boolean }) => void;
  /** All is ready, and training begins. */
  readonly onStart?: (run: StartingRun) => void;
}

export interface StartingRun {
  /** E.g. "resnet18 on CIFAR-10". */
  readonly title: string;
  readonly folder: string;
  readonly device: string;
  readonly epochs: number;
  /** Training images an epoch. */
  readonly images: number;
  /** Whether checkpoints are measured as they are written. */
  readonly measures: boolean;
}
