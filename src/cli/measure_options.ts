/** Which options of `measure` go with what is measured. */
import type { ArrayName } from "../formats/feature_files.ts";
import type { Subject } from "../measuring/subject.ts";

/** Options that say what a checkpoint is. */
const CHECKPOINT_OPTIONS = [
  "dataset",
  "imageSize",
  "data",
  "perClass",
  "key",
  "mean",
  "std",
  "scale",
] as const;
/** Options that name files of features, and the role of each. */
const FEATURE_OPTIONS = {
  trainFeatures: "train_features",
  trainLabels: "train_labels",
  weight: "weight",
  bias: "bias",
  testFeatures: "test_features",
  testLabels: "test_labels",
  oodFeatures: "ood_features",
} as const satisfies Record<string, ArrayName>;
const FEATURE_KEYS = Object.keys(FEATURE_OPTIONS) as (keyof typeof FEATURE_OPTIONS)[];
/** Of statistics, which need none. */
const DEVICE = ["device"] as const;
/** Of a measurement whose epochs are named by files. */
const EPOCH = ["epoch"] as const;
/** Of sets of out-of-distribution samples, which need samples of one network. */
const OOD = ["ood"] as const;

/** Options that say nothing about a kind of subject. */
export const UNFIT = {
  features: CHECKPOINT_OPTIONS,
  statistics: [...CHECKPOINT_OPTIONS, ...FEATURE_KEYS, ...DEVICE, ...OOD],
  series: [...CHECKPOINT_OPTIONS, ...FEATURE_KEYS, ...EPOCH, ...OOD],
  checkpoint: FEATURE_KEYS,
  checkpoints: [...FEATURE_KEYS, ...EPOCH],
} as const satisfies { readonly [kind in Subject["kind"]]: readonly string[] };

/** Options that go with --serve: those that are the same for all requests. */
export const SERVING: readonly string[] = [
  "serve",
  "quiet",
  "metrics",
  "weightDecay",
  "bootstrap",
  "seed",
  "device",
  "threads",
  "memory",
];

/** Files of features by their role. */
export function featurePaths(
  options: { readonly [key in keyof typeof FEATURE_OPTIONS]?: string },
): { [name in ArrayName]?: string | undefined } {
  return Object.fromEntries(FEATURE_KEYS.map((key) => [FEATURE_OPTIONS[key], options[key]]));
}

/** An option as it is typed. */
export function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
