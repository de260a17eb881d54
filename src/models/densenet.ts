/**
 * DenseNets without dropout, with torchvision's parameter names (Huang et al. 2017; torchvision.models.densenet): those
 * for ImageNet, and those of depth L and growth k for small images.
 */
import { field, type FieldValues, wholeNumber } from "../fields.ts";
import type { Kind } from "../kind.ts";
import { type Architecture, NetworkBuilder, requireClasses } from "./network.ts";

const BLOCKS = {
  densenet121: [6, 12, 24, 16],
  densenet169: [6, 12, 32, 32],
  densenet201: [6, 12, 48, 32],
} as const;

export type DenseNetName = keyof typeof BLOCKS;
export const DENSENETS = Object.keys(BLOCKS) as DenseNetName[];

/** A bottleneck has this many times the growth. */
const BOTTLENECK = 4;
/** More layers or channels than any network here is made with. */
const MOST = 10_000;
/** Blocks of a network for small images. */
const SMALL_BLOCKS = 3;

const ENDS = { first: "features.conv0.weight", last: "classifier.weight" };
const GROWTH = field({
  option: "growth",
  argument: "<k>",
  help: "channels that a layer of a DenseNet adds",
  type: wholeNumber({ min: 1, max: MOST }),
  default: 12,
});

/** For the registry: those for ImageNet, then those of depth L and growth k, without bottlenecks and with them. */
export const DENSENET_KINDS = [
  ...DENSENETS.map((name) => ({
    kind: name,
    aliases: [],
    fields: {},
    ends: ENDS,
    side: 32,
    title: () => name.replace("densenet", "DenseNet-"),
    says: () => `${name}, without dropout`,
    make: (_: unknown, { classes }: { classes: number }) => densenet(name, { classes }),
  })),
  smallKind("densenet", { bottleneck: false, depth: 40 }),
  smallKind("densenet_bc", { bottleneck: true, depth: 100 }),
];

function smallKind(kind: string, { bottleneck, depth }: { bottleneck: boolean; depth: number }) {
  const fields = {
    depth: field({
      option: "depth",
      argument: "<n>",
      help:
        `convolutions and the classifier of a small DenseNet: 4 and a multiple of ${SMALL_BLOCKS} (densenet) ` +
        `or ${2 * SMALL_BLOCKS} (densenet_bc)`,
      type: wholeNumber({ min: 4, max: MOST }),
      default: depth,
    }),
    growth: GROWTH,
  };
  const perLayer = bottleneck ? 2 : 1;
  return {
    kind,
    aliases: [],
    fields,
    ends: ENDS,
    side: 32,
    title: ({ depth, growth }: FieldValues<typeof fields>) =>
      `DenseNet${bottleneck ? "-BC" : ""} (L = ${depth}, k = ${growth})`,
    says: ({ depth, growth }: FieldValues<typeof fields>) => `${kind}, depth ${depth}, growth ${growth}`,
    refuses: ({ depth }: FieldValues<typeof fields>) => refusal(depth, bottleneck, "--depth: "),
    told(shapeOf: (name: string) => readonly number[] | undefined) {
      const layer = (index: number) => `features.denseblock1.denselayer${index}.conv${perLayer}.weight`;
      const growth = shapeOf(layer(1))?.[0];
      if (growth === undefined) return undefined;
      let layers = 1;
      while (shapeOf(layer(layers + 1)) !== undefined) layers++;
      return { depth: 4 + SMALL_BLOCKS * perLayer * layers, growth };
    },
    make: (shape: FieldValues<typeof fields>, { classes }: { classes: number }) =>
      smallDensenet({ ...shape, classes, bottleneck }),
  } satisfies Kind<string, typeof fields> & Record<string, unknown>;
}

/** Why there is no such network for small images; null where there is. */
function refusal(depth: number, bottleneck: boolean, where = ""): string | null {
  const step = SMALL_BLOCKS * (bottleneck ? 2 : 1);
  if (depth > 4 && (depth - 4) % step === 0) return null;
  return `${where}expected a depth of 4 and a multiple of ${step} (the convolutions of three blocks${
    bottleneck ? " with bottlenecks" : ""
  }), found ${depth}`;
}

interface Layers {
  /** Dense layers of each block. */
  readonly blocks: readonly number[];
  /** Channels that a layer adds. */
  readonly growth: number;
  /** Whether a layer has a 1×1 convolution first, and a transition halves the channels: DenseNet-BC. */
  readonly bottleneck: boolean;
}

/** The network `name`, for images as large as ImageNet's, for `classes` classes. */
export function densenet(name: DenseNetName, { classes }: { classes: number }): Architecture {
  requireClasses(classes);
  const net = new NetworkBuilder();
  const stem = net.conv2d("input", "features.conv0", {
    channels: 64,
    kernel: 7,
    stride: 2,
    padding: 3,
    fan: "in",
  });
  const value = net.maxPool2d(normRelu(net, stem, "features.norm0", "features.relu0"), "features.pool0", {
    kernel: 3,
    stride: 2,
    padding: 1,
  });
  finish(net, value, { blocks: BLOCKS[name], growth: 32, bottleneck: true, channels: 64, classes });
  return net.build(name, classes);
}

/**
 * The network of depth L and growth k for images such as CIFAR's: three blocks of (L − 4) / 3 layers on 16 channels, or,
 * with bottlenecks (DenseNet-BC), of (L − 4) / 6 layers on 2k.
 */
export function smallDensenet(
  { classes, depth, growth, bottleneck }: {
    classes: number;
    depth: number;
    growth: number;
    bottleneck: boolean;
  },
): Architecture {
  requireClasses(classes);
  const refused = refusal(depth, bottleneck);
  if (refused !== null) throw new RangeError(refused);
  if (!(Number.isInteger(growth) && growth >= 1)) {
    throw new RangeError(`expected a growth of at least 1 channel, found ${growth}`);
  }
  const net = new NetworkBuilder();
  const channels = bottleneck ? 2 * growth : 16;
  const stem = net.conv2d("input", "features.conv0", { channels, kernel: 3, padding: 1, fan: "in" });
  const layers = (depth - 4) / (SMALL_BLOCKS * (bottleneck ? 2 : 1));
  const blocks = Array(SMALL_BLOCKS).fill(layers);
  finish(net, stem, { blocks, growth, bottleneck, channels, classes });
  return net.build(`densenet${bottleneck ? "_bc" : ""}_${depth}_${growth}`, classes);
}

/** Blocks, transitions, the last norm, the mean and the classifier. */
function finish(
  net: NetworkBuilder,
  stem: string,
  { blocks, growth, bottleneck, channels, classes }: Layers & { channels: number; classes: number },
): void {
  let value = stem;
  blocks.forEach((layers, index) => {
    const block = `features.denseblock${index + 1}`;
    for (let layer = 1; layer <= layers; layer++) {
      const scope = `${block}.denselayer${layer}`;
      const added = denseLayer(net, value, scope, { growth, bottleneck });
      value = net.plain("concat", `${scope}.concat`, value, added);
      channels += growth;
    }
    if (index === blocks.length - 1) return;
    if (bottleneck) channels = Math.floor(channels / 2);
    value = transition(net, value, `features.transition${index + 1}`, channels);
  });
  value = normRelu(net, value, "features.norm5", "features.relu5");
  value = net.plain("flatten", "flatten", net.adaptiveAvgPool2d(value, "avgpool"));
  net.linear(value, "classifier", classes, { biasInit: { kind: "constant", value: 0 } });
}

function denseLayer(
  net: NetworkBuilder,
  input: string,
  scope: string,
  { growth, bottleneck }: Pick<Layers, "growth" | "bottleneck">,
): string {
  const first = normRelu(net, input, `${scope}.norm1`, `${scope}.relu1`);
  if (!bottleneck) {
    return net.conv2d(first, `${scope}.conv1`, { channels: growth, kernel: 3, padding: 1, fan: "in" });
  }
  const narrow = net.conv2d(first, `${scope}.conv1`, {
    channels: BOTTLENECK * growth,
    kernel: 1,
    fan: "in",
  });
  const second = normRelu(net, narrow, `${scope}.norm2`, `${scope}.relu2`);
  return net.conv2d(second, `${scope}.conv2`, { channels: growth, kernel: 3, padding: 1, fan: "in" });
}

function transition(net: NetworkBuilder, input: string, scope: string, channels: number): string {
  const map = normRelu(net, input, `${scope}.norm`, `${scope}.relu`);
  const conv = net.conv2d(map, `${scope}.conv`, { channels, kernel: 1, fan: "in" });
  return net.avgPool2d(conv, `${scope}.pool`, { kernel: 2, stride: 2, padding: 0 });
}

function normRelu(net: NetworkBuilder, input: string, norm: string, relu: string): string {
  return net.plain("relu", relu, net.batchNorm2d(input, norm));
}
