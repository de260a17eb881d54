/**
 * The ResNet9 of Zhao 2026: eight 3×3 convolutions with biases and batch norms, two residual blocks, three max-pools and one
 * over what is left. Layout and parameter names are those of the authors' code (github.com/jydzhao/neural_collapse_optimizer,
 * resnet.py), where PyTorch's own defaults draw the parameters; the name that it gives the last batch norm a second time
 * (llBN) is left out.
 */
import type { Kind } from "../kind.ts";
import { type Architecture, NetworkBuilder, requireClasses } from "./network.ts";

/** For the registry. */
export const RESNET9 = {
  kind: "resnet9",
  aliases: ["rn9"],
  fields: {},
  ends: { first: "conv1.0.weight", last: "fc.weight" },
  side: 32,
  title: () => "ResNet-9",
  says: () => "resnet9, as Zhao 2026 has it",
  make: (_: unknown, { classes }: { classes: number }) => resnet9({ classes }),
} satisfies Kind<"resnet9", Record<string, never>> & Record<string, unknown>;

/** For images of 32 × 32 to 63 × 63 pixels, which leave the last pool one position; `classes` classes. */
export function resnet9({ classes }: { classes: number }): Architecture {
  requireClasses(classes);
  const net = new NetworkBuilder();
  const block = (input: string, scope: string, channels: number, { pool = false } = {}) => {
    const conv = net.conv2d(input, `${scope}.0`, { channels, kernel: 3, padding: 1, bias: true, fan: null });
    const value = net.plain("relu", `${scope}.2`, net.batchNorm2d(conv, `${scope}.1`));
    return pool ? net.maxPool2d(value, `${scope}.3`, { kernel: 2, stride: 2, padding: 0 }) : value;
  };
  const residual = (input: string, scope: string, channels: number) => {
    const value = block(block(input, `${scope}.0`, channels), `${scope}.1`, channels);
    return net.plain("add", `${scope}.add`, value, input);
  };
  let value = block("input", "conv1", 64);
  value = residual(block(value, "conv2", 128, { pool: true }), "res1", 128);
  value = block(value, "conv3", 256, { pool: true });
  value = residual(block(value, "conv4", 512, { pool: true }), "res2", 512);
  value = net.maxPool2d(value, "classifier.0", { kernel: 4, stride: 4, padding: 0 });
  net.linear(net.plain("flatten", "classifier.1", value), "fc", classes);
  return net.build("resnet9", classes);
}
