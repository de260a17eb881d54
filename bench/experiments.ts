/** What is measured, against whom, and what it should reach, as data. */
import { resolveProtocol } from "../src/experiment/protocol.ts";
import type { Side } from "./contender.ts";
import type { FeaturesJob, Task } from "./protocol.ts";

export type DeviceKind = "cpu" | "cuda";

interface ContenderOf {
  readonly id: string;
  readonly title: string;
  readonly side: Side;
  /** Which of a task's programs on that side. */
  readonly variant: string;
}

/** A row of the table: our first contender against another. */
export interface Claim {
  readonly against: string;
  /** "speed": how many times as fast, to be at least the target. "memory": peak over peak, to be at most it. */
  readonly quantity: "speed" | "memory";
  /** Per kind of device; none where the row is for information. */
  readonly target: Readonly<Partial<Record<DeviceKind, number>>>;
}

export interface Experiment {
  readonly id: string;
  readonly work: string;
  readonly unit: "images" | "measurements";
  /** Where it is run unless it is asked for by its id; everywhere if absent. */
  readonly only?: DeviceKind;
  /** In another precision than the rate of products that floors are made of. */
  readonly withoutFloor?: boolean;
  readonly input: ImagesInput | FeaturesInput;
  /** Ours first. */
  readonly contenders: readonly ContenderOf[];
  readonly claims: readonly Claim[];
}

/** A network on images. Labels beyond the ten of CIFAR-10 are drawn: speed does not depend on them. */
export interface ImagesInput {
  readonly task: Extract<Task["task"], "train" | "extract">;
  readonly model: string;
  readonly classes: number;
  /** The first so many training images. */
  readonly images: number;
  readonly batch: number;
}

/** Features drawn around the means of their classes. */
export interface FeaturesInput extends Omit<FeaturesJob, "folder"> {
  readonly task: "measure";
}

const BATCH = 128;
/** Loss and optimizer: those of the reproduced experiment. */
export const { loss: LOSS, optimizer: OPTIMIZER } = reproduced();

export const OURS = { id: "ours", title: "this project", side: "ours", variant: "rewritten" } as const;
const OURS_BF16 = { ...OURS, variant: "bf16" } as const;
const AUTOCAST = {
  id: "autocast",
  title: "PyTorch, channels-last, fused SGD and autocast to bfloat16",
  side: "pytorch",
  variant: "autocast",
} as const;
const PLAIN = {
  id: "plain",
  title: "plain PyTorch, data in memory",
  side: "pytorch",
  variant: "plain",
} as const;
const TUNED = {
  id: "tuned",
  title: "PyTorch, channels-last and fused SGD",
  side: "pytorch",
  variant: "tuned",
} as const;
const LOADER = {
  id: "loader",
  title: "PyTorch, transforms an image, 2 loader workers",
  side: "pytorch",
  variant: "loader",
} as const;
const COVARIANCES = {
  id: "covariances",
  title: "PyTorch float64, d × d covariances",
  side: "pytorch",
  variant: "covariances",
} as const;

export const EXPERIMENTS: readonly Experiment[] = [
  {
    id: "train-resnet18",
    work: "train ResNet-18",
    unit: "images",
    input: { task: "train", model: "resnet18", classes: 10, images: 50_000, batch: BATCH },
    contenders: [OURS, PLAIN, TUNED, LOADER],
    claims: [
      { against: "plain", quantity: "speed", target: { cpu: 2.7 } },
      { against: "tuned", quantity: "speed", target: {} },
      { against: "loader", quantity: "speed", target: { cpu: 3.2, cuda: 10 } },
      { against: "plain", quantity: "memory", target: { cpu: 0.8 } },
    ],
  },
  {
    id: "train-resnet18-bf16",
    work: "train ResNet-18 in bf16",
    unit: "images",
    only: "cuda",
    withoutFloor: true,
    input: { task: "train", model: "resnet18", classes: 10, images: 50_000, batch: BATCH },
    contenders: [OURS_BF16, AUTOCAST],
    claims: [{ against: "autocast", quantity: "speed", target: {} }],
  },
  {
    id: "train-resnet50",
    work: "train ResNet-50, 100 classes",
    unit: "images",
    input: { task: "train", model: "resnet50", classes: 100, images: 50_000, batch: BATCH },
    contenders: [OURS, PLAIN, TUNED],
    claims: [
      { against: "plain", quantity: "speed", target: { cpu: 1.9 } },
      { against: "tuned", quantity: "speed", target: {} },
    ],
  },
  {
    id: "train-vgg13",
    work: "train VGG-13",
    unit: "images",
    input: { task: "train", model: "vgg13", classes: 10, images: 50_000, batch: BATCH },
    contenders: [OURS, PLAIN],
    claims: [{ against: "plain", quantity: "speed", target: { cpu: 1.5 } }],
  },
  {
    id: "train-densenet121",
    work: "train DenseNet-121",
    unit: "images",
    input: { task: "train", model: "densenet121", classes: 10, images: 50_000, batch: BATCH },
    contenders: [OURS, PLAIN],
    claims: [{ against: "plain", quantity: "speed", target: { cpu: 1.5 } }],
  },
  {
    id: "features-resnet18",
    work: "features of ResNet-18",
    unit: "images",
    input: { task: "extract", model: "resnet18", classes: 10, images: 4096, batch: BATCH },
    contenders: [OURS, PLAIN],
    claims: [{ against: "plain", quantity: "speed", target: { cpu: 3 } }],
  },
  {
    id: "metrics-512",
    work: "metrics, N 50,000, d 512, C 10",
    unit: "measurements",
    input: { task: "measure", train: 50_000, test: 10_000, width: 512, classes: 10 },
    contenders: [OURS, COVARIANCES],
    claims: [{ against: "covariances", quantity: "speed", target: { cpu: 6 } }],
  },
  {
    id: "metrics-2048",
    work: "metrics, N 20,000, d 2048, C 100",
    unit: "measurements",
    input: { task: "measure", train: 20_000, test: 4_000, width: 2048, classes: 100 },
    contenders: [OURS, COVARIANCES],
    claims: [{ against: "covariances", quantity: "speed", target: { cpu: 20 } }],
  },
];

/** The experiments named, or all that are run on this kind of device. Throws for a name that is none. */
export function chooseExperiments(
  ids?: readonly string[],
  kind: DeviceKind = "cpu",
): readonly Experiment[] {
  const known = EXPERIMENTS.map(({ id }) => id);
  const unknown = ids?.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new Error(`unknown row "${unknown}": expected some of ${known.join(", ")}`);
  }
  return EXPERIMENTS.filter(({ id, only = kind }) => ids?.includes(id) ?? only === kind);
}

/** The same with so little to do that it shows only that everything runs. */
export function shrink(experiment: Experiment): Experiment {
  const { input } = experiment;
  const small = input.task === "measure"
    ? { ...input, train: 1000, test: 200, width: input.width / 8 }
    : { ...input, images: 256, batch: 32 };
  return { ...experiment, input: small };
}

function reproduced() {
  const { loss, optimizer } = resolveProtocol("CIFAR10");
  if (optimizer.kind !== "sgd") throw new Error(`expected SGD, found ${optimizer.kind}`);
  return { loss, optimizer };
}
