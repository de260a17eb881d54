/** Multilayer perceptrons: hidden layers of one width with ReLU, initialised as torch.nn.Linear is. */
import { type Network, NetworkBuilder, requireClasses } from "./network.ts";

/** `depth` hidden layers of `width` units, `hidden.0` and on, and the classifier `fc`, for `classes` classes. */
export function mlp({ classes, depth, width }: { classes: number; depth: number; width: number }): Network {
  requireClasses(classes);
  for (const [what, number] of Object.entries({ depth, width })) {
    if (Number.isInteger(number) && number >= 1) continue;
    throw new RangeError(`expected a ${what} of at least 1, found ${number}`);
  }
  const net = new NetworkBuilder();
  let value = net.plain("flatten", "flatten", "input");
  for (let layer = 0; layer < depth; layer++) {
    value = net.plain("relu", `relu.${layer}`, net.linear(value, `hidden.${layer}`, width));
  }
  net.linear(value, "fc", classes);
  return net.build(`mlp_${depth}_${width}`, classes);
}
