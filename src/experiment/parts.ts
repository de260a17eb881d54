/**
 * The parts that a protocol has, each a choice between kinds or fields alone. All that depends on a protocol's structure
 * (files, options, tables, checks) is derived from this list.
 */
import type { FieldValue, FieldValues } from "../fields.ts";
import { type Kind, kindOf, type KindValue, type ValueOf } from "../kind.ts";
import { NETWORKS } from "../models/registry.ts";
import { AUGMENTATIONS } from "./augmentations/index.ts";
import { CLASSIFIERS } from "./classifiers/index.ts";
import { DATA } from "./data.ts";
import { LOSSES } from "./losses/index.ts";
import { OPTIMIZERS } from "./optimizers/index.ts";
import { SCHEDULES } from "./schedules/index.ts";
import { TRAINING } from "./training.ts";

/** Everything that decides the numbers of a run. Two runs with equal protocols on one machine are the same run. */
export interface Protocol {
  readonly data: ValueOf<(typeof DATA)[number]>;
  readonly augmentation: ValueOf<(typeof AUGMENTATIONS)[number]>;
  readonly network: KindValue;
  readonly classifier: ValueOf<(typeof CLASSIFIERS)[number]>;
  readonly loss: ValueOf<(typeof LOSSES)[number]>;
  readonly optimizer: ValueOf<(typeof OPTIMIZERS)[number]>;
  readonly schedule: ValueOf<(typeof SCHEDULES)[number]>;
  readonly training: FieldValues<typeof TRAINING.fields>;
}
export type PartName = keyof Protocol;

/** What a preset or a caller states of a protocol; the rest follows from the defaults. */
export type PartialProtocol = {
  readonly [part in PartName]?: { readonly [field: string]: FieldValue | undefined };
};

/** A part of which one kind is chosen. */
export interface Choice {
  /** The option that chooses, without dashes; null for the data set, which a command is told first. */
  readonly option: string | null;
  readonly argument: string;
  readonly help: string;
  readonly kinds: readonly Kind[];
  /** The kind where none is chosen; null where one must be. */
  readonly initial: string | null;
  /** Newer than the format of run.json: files without it, from before, mean the initial kind, which has no fields then. */
  readonly newer?: true;
}

/** A part of which there is one kind only; its values carry no name of it. */
export interface Only {
  readonly only: Kind;
}

export const PARTS: { readonly [part in PartName]: Choice | Only } = {
  data: { option: null, argument: "<dataset>", help: "the data set", kinds: erased(DATA), initial: null },
  augmentation: {
    option: "augment",
    argument: "<kind>",
    help: "what becomes of training images, drawn anew each epoch; measuring sees them as they are:",
    kinds: erased(AUGMENTATIONS),
    initial: "none",
    newer: true,
  },
  network: { option: "model", argument: "<name>", help: "", kinds: NETWORKS, initial: "resnet18" },
  classifier: {
    option: "classifier",
    argument: "<kind>",
    help: "the last layer:",
    kinds: erased(CLASSIFIERS),
    initial: "learned",
  },
  loss: {
    option: "loss",
    argument: "<kind>",
    help: "what is minimised:",
    kinds: erased(LOSSES),
    initial: "cross_entropy",
  },
  optimizer: {
    option: "optimizer",
    argument: "<kind>",
    help: "how parameters follow the gradient:",
    kinds: erased(OPTIMIZERS),
    initial: "sgd",
  },
  schedule: {
    option: "schedule",
    argument: "<kind>",
    help: "how the learning rate changes:",
    kinds: erased(SCHEDULES),
    initial: "step",
  },
  training: { only: erased([TRAINING])[0]! },
};
export const PART_NAMES = Object.keys(PARTS) as PartName[];

/** The kind of a part's value. */
export function kindIn(part: Choice | Only, value: { readonly kind?: unknown }): Kind {
  return "only" in part ? part.only : kindOf(part.kinds, { kind: String(value.kind) });
}

/** What words call a choice: its option, or what it is where there is none. */
export function nameOf({ option, help }: Choice): string {
  return option === null ? help : `--${option}`;
}

/** Whether there is anything to choose. */
export function isOffered(part: Choice): boolean {
  return part.option !== null && part.kinds.length > 1;
}

/** Kinds whose own types of fields are of no interest. */
function erased(kinds: readonly unknown[]): readonly Kind[] {
  return kinds as readonly Kind[];
}
