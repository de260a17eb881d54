/**
 * VGGs with torchvision's layout and parameter names, without dropout (Simonyan & Zisserman 2015;
 * torchvision.models.vgg).
 */
import type { Kind } from "../kind.ts";
import { type Architecture, NetworkBuilder, requireClasses } from "./network.ts";

/** Convolutions of each of the five stages, which end in a max-pool. */
const STAGES = {
  vgg11: [1, 1, 2, 2, 2],
  vgg13: [2, 2, 2, 2, 2],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
} as const;
const CHANNELS = [64, 128, 256, 512, 512];
/** Rows and columns that the classifier's layers are made for, whatever the size of the images. */
const SIDE = 7;
const HIDDEN = 4096;

type Depth = keyof typeof STAGES;
export type VGGName = Depth | `${Depth}_bn`;
export const VGGS = (Object.keys(STAGES) as Depth[]).flatMap((name) => [name, `${name}_bn`] as const);

/** For the registry. */
export const VGG_KINDS = VGGS.map((name) => ({
  kind: name,
  aliases: [],
  fields: {},
  ends: { first: "features.0.weight", last: "classifier.6.weight" },
  side: 32,
  title: () => `VGG-${name.slice(3, 5)}${name.endsWith("_bn") ? " (batch norm)" : ""}`,
  says: () => `${name}, without dropout`,
  make: (_: unknown, { classes }: { classes: number }) => vgg(name, { classes }),
})) satisfies readonly Kind<VGGName, Record<string, never>>[];

/** The network `name`, with batch norm where it ends in `_bn`, for `classes` classes. */
export function vgg(name: VGGName, { classes }: { classes: number }): Architecture {
  requireClasses(classes);
  const net = new NetworkBuilder();
  const norms = name.endsWith("_bn");
  let value = "input";
  // The place of a module in torchvision's Sequential; ReLUs and pools count, too.
  let place = 0;
  STAGES[name.replace("_bn", "") as Depth].forEach((count, stage) => {
    for (let i = 0; i < count; i++) {
      const shape = { channels: CHANNELS[stage]!, kernel: 3, padding: 1, bias: true };
      value = net.conv2d(value, `features.${place++}`, shape);
      if (norms) value = net.batchNorm2d(value, `features.${place++}`);
      value = net.plain("relu", `features.${place++}`, value);
    }
    value = net.maxPool2d(value, `features.${place++}`, { kernel: 2, stride: 2, padding: 0 });
  });
  value = net.plain("flatten", "flatten", net.adaptiveAvgPool2d(value, "avgpool", SIDE));
  const init = {
    weightInit: { kind: "normal", std: 0.01 },
    biasInit: { kind: "constant", value: 0 },
  } as const;
  value = net.plain("relu", "classifier.1", net.linear(value, "classifier.0", HIDDEN, init));
  value = net.plain("relu", "classifier.4", net.linear(value, "classifier.3", HIDDEN, init));
  net.linear(value, "classifier.6", classes, init);
  return net.build(name, classes);
}
