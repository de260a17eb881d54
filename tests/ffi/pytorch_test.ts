/** The engine computes what PyTorch computes: the same loss, gradients, updates, momentum and features. */
import { ok } from "node:assert/strict";
import { testWithOracle } from "../oracle.ts";
import { type Case, compareWithPyTorch, type Errors, type Part } from "./pytorch.ts";

type Limits = Errors;

function agreesWithPyTorch(name: string, test: Case, limits: Limits): void {
  testWithOracle(name, async () => {
    const errors = await compareWithPyTorch(test);
    for (const part of Object.keys(limits) as Part[]) {
      ok(errors[part]! <= limits[part]!, `${part}: error ${errors[part]}, expected at most ${limits[part]}`);
    }
  }, ["write", "ffi"]);
}

function steps(count: number, learningRate: number): number[] {
  return Array(count).fill(learningRate);
}

const EXACT: Limits = {
  loss: 1e-10,
  gradients: 1e-10,
  after: 1e-10,
  momentum: 1e-9,
  entries: 1e-8,
  features: 1e-10,
  evaluationLoss: 1e-10,
};
const EQUAL = "loss, gradients, steps, momentum and features equal PyTorch's";
const TWENTY = { batch: 8, learningRates: [...steps(12, 0.01), ...steps(8, 0.001)] };
const FEW = { batch: 8, learningRates: [0.01, 0.01, 0.01, 0.001] };

agreesWithPyTorch(`resnet18 of 32 channels, rewritten, float64, a rate that changes: ${EQUAL}`, {
  ...TWENTY,
  model: "resnet18",
  channels: 32,
}, EXACT);

agreesWithPyTorch(`resnet18 of 32 channels, plain plan, float64: ${EQUAL}`, {
  ...FEW,
  model: "resnet18",
  channels: 32,
  rewrite: false,
}, EXACT);

// The steps of a fresh ResNet-50 amplify any rounding a trillionfold within twenty, whoever computes them. With small residual
// branches (as torchvision's zero_init_residual has them, but not zero) the steps are well-conditioned.
agreesWithPyTorch(`resnet50 of 32 channels, rewritten, float64, 100 classes, two threads: ${EQUAL}`, {
  ...FEW,
  model: "resnet50",
  channels: 32,
  classes: 100,
  threads: 2,
  residualGain: 0.1,
}, EXACT);

agreesWithPyTorch(`resnet34 of 32 channels with the small stem, float64, grey images, 3 classes: ${EQUAL}`, {
  ...FEW,
  model: "resnet34",
  stem: "small",
  channels: 32,
  shape: [1, 16, 16],
  classes: 3,
}, EXACT);

// Of the width of a ResNet-50 they have nothing but more of its blocks.
for (const model of ["resnet101", "resnet152"]) {
  agreesWithPyTorch(
    `${model} of 16 channels, rewritten, float64, 37 classes: ${EQUAL}`,
    {
      model,
      channels: 16,
      classes: 37,
      threads: 2,
      batch: 16,
      learningRates: [0.01, 0.001],
      residualGain: 0.03,
    },
    EXACT,
  );
}

// Blocks of native's own kernels are filled by no stage, and by some.
for (const channels of [6, 16]) {
  agreesWithPyTorch(`resnet18 of ${channels} channels, rewritten, float64: ${EQUAL}`, {
    ...FEW,
    model: "resnet18",
    channels,
  }, EXACT);
}

// As many images as in training, for which own kernels take other blocks, and whose sums threads share.
agreesWithPyTorch(`resnet18, float64, a batch of 128, two threads: ${EQUAL}`, {
  model: "resnet18",
  threads: 2,
  batch: 128,
  learningRates: [0.01, 0.001],
}, EXACT);

// float32 runs other kernels; against PyTorch in float64 it can only agree to its own rounding. Of a fresh network and 128
// images one or two values of the last stage lie so close to a ReLU's kink that rounding decides, and each that falls on
// the other side moves every gradient before it: PyTorch's own, in channels-last layout, are then off by 0.4 to 0.9 % of a
// tensor's norm and 8 % of its largest entry, where its other layout happens to be off by a millionth. Away from the kinks
// nothing but the kernels' rounding is left, 1.7 times that of PyTorch's own kernels at most.
agreesWithPyTorch(
  "resnet18, rewritten, float32, a batch of 128, away from kinks: all rounds as PyTorch does",
  {
    batch: 128,
    threads: 2,
    learningRates: [0.01],
    model: "resnet18",
    precision: "float32",
    smooth: true,
    rounding: true,
  },
  { loss: 1e-6, rounding: 4 },
);

agreesWithPyTorch("resnet18 of 32 channels, rewritten, float32: all equals PyTorch's to float32's rounding", {
  batch: 8,
  learningRates: [0.01],
  model: "resnet18",
  channels: 32,
  precision: "float32",
}, { loss: 1e-5, gradients: 1e-3, after: 1e-3 });

agreesWithPyTorch("resnet50 of 32 channels, rewritten, float32: all equals PyTorch's to float32's rounding", {
  batch: 8,
  learningRates: [0.01],
  model: "resnet50",
  channels: 32,
  precision: "float32",
  residualGain: 0.1,
}, { loss: 1e-5, gradients: 1e-2 });

// Both sides run the same kernels in the same memory layout, so that they round at the same places. In another layout
// PyTorch differs from itself by a third of the gradient: a fresh network amplifies bfloat16's rounding.
agreesWithPyTorch(
  "resnet18 of 32 channels, plain plan, bfloat16: loss, gradients and steps equal those of PyTorch's autocast",
  {
    batch: 16,
    learningRates: steps(3, 0.01),
    model: "resnet18",
    channels: 32,
    precision: "float32",
    activations: "bfloat16",
    rewrite: false,
  },
  { loss: 1e-6, gradients: 1e-6, after: 1e-6, momentum: 1e-6, features: 1e-6 },
);
