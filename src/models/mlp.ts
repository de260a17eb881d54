/** Multilayer perceptrons: hidden layers of one width with ReLU, initialised as torch.nn.Linear is. */
import { field, type FieldValues, wholeNumber } from "../fields.ts";
import type { Kind } from "../kind.ts";
import { type Architecture, NetworkBuilder, requireClasses } from "./network.ts";

const FIELDS = {
  depth: field({
    option: "depth",
    argument: "<n>",
    help: "hidden layers of a perceptron",
    type: wholeNumber({ min: 1, max: 1000 }),
    default: 3,
  }),
  units: field({
    option: "units",
    argument: "<n>",
    help: "units of each hidden layer",
    type: wholeNumber({ min: 1, max: 65536 }),
    default: 1024,
  }),
};

/** For the registry. */
export const MLP = {
  kind: "mlp",
  aliases: ["perceptron"],
  fields: FIELDS,
  ends: { first: "hidden.0.weight", last: "fc.weight" },
  side: 1,
  title: ({ depth, units }: FieldValues<typeof FIELDS>) => `MLP (${depth} × ${units})`,
  says: ({ depth, units }: FieldValues<typeof FIELDS>) => `${depth} hidden layers of ${units} units`,
  told(shapeOf: (name: string) => readonly number[] | undefined) {
    const units = shapeOf("hidden.0.weight")?.[0];
    if (units === undefined) return undefined;
    let depth = 1;
    while (shapeOf(`hidden.${depth}.weight`) !== undefined) depth++;
    return { depth, units };
  },
  make: ({ depth, units }: FieldValues<typeof FIELDS>, { classes }: { classes: number }) =>
    mlp({ classes, depth, width: units }),
} satisfies Kind<"mlp", typeof FIELDS> & Record<string, unknown>;

/** `depth` hidden layers of `width` units, `hidden.0` and on, and the classifier `fc`, for `classes` classes. */
export function mlp(
  { classes, depth, width }: { classes: number; depth: number; width: number },
): Architecture {
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
