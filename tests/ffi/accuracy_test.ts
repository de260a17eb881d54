/** What rounding costs: gradients of weights in float32, from our own kernels and from libtorch's, against float64. */
import { ok } from "node:assert/strict";
import type { Precision } from "../../src/ffi/handle.ts";
import { Images } from "../../src/ffi/images.ts";
import type { Library } from "../../src/ffi/library.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { ConvForm, Plan, Shape } from "../../src/models/plan.ts";
import { firstIndices, gradientsOf, nativeTest, networkOf, noiseImages, trainerOf } from "./native.ts";

/** Training's default. */
const BATCH = 128;

interface Convolution {
  readonly form: ConvForm;
  readonly kernel: number;
  readonly stride: number;
  readonly map: number;
}

/** A convolution whose input is all of one sign, so that the products of a sum do not cancel. */
function planOfOne({ form, kernel, stride, map }: Convolution): Plan {
  const shape: Shape = [32, map, map];
  const net = new NetworkBuilder();
  let x = net.conv2d("input", "conv", { channels: 64, kernel, stride, padding: (kernel - 1) / 2 });
  x = net.adaptiveAvgPool2d(x, "pool");
  x = net.plain("flatten", "flat", x);
  net.linear(x, "fc", 10);
  const plan = makePlan(net.build("one convolution", 10), shape);
  if (form === "direct") return plan;
  return { ...plan, steps: plan.steps.map((step) => step.op === "conv2d" ? { ...step, form } : step) };
}

async function weightGradient(library: Library, plan: Plan, precision: Precision): Promise<Float64Array> {
  const shape = plan.input;
  const data = { ...noiseImages(BATCH, { shape }), mean: Array(32).fill(-0.5), std: Array(32).fill(1) };
  using images = Images.create(library, data);
  using network = networkOf(library, plan, precision);
  using trainer = trainerOf(library, network, images, { momentum: 0, weightDecay: 0 });
  await trainer.differentiate(firstIndices(BATCH));
  return Float64Array.from(gradientsOf(trainer, plan, precision).get("conv.weight")!.data, Number);
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

const CASES: Convolution[] = [
  { form: "winograd", kernel: 3, stride: 1, map: 32 },
  { form: "winograd", kernel: 3, stride: 1, map: 8 },
  { form: "positions", kernel: 3, stride: 2, map: 8 },
  { form: "matmul", kernel: 1, stride: 1, map: 32 },
];

for (const one of CASES) {
  const { form, kernel, map } = one;
  nativeTest(
    `the weight gradient of a ${kernel}×${kernel} convolution, ${form}, on ${map}×${map} errs in float32 as libtorch's does`,
    async (library) => {
      const exact = await weightGradient(library, planOfOne({ ...one, form: "direct" }), "float64");
      const errorOf = async (plan: Plan) => {
        const found = await weightGradient(library, plan, "float32");
        return rootMeanSquare(found.map((value, i) => value - exact[i])) / rootMeanSquare(exact);
      };
      const ours = await errorOf(planOfOne(one));
      const theirs = await errorOf(planOfOne({ ...one, form: "direct" }));
      ok(ours <= 2 * theirs, `relative error ${ours}, expected at most twice libtorch's ${theirs}`);
    },
  );
}
