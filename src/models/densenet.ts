/**
 * DenseNets without dropout, with torchvision's parameter names (Huang et al. 2017; torchvision.models.densenet): those
 * for ImageNet, and those of depth L and growth k for small images.
 */
import { type Network, NetworkBuilder, requireClasses } from "./network.ts";

const BLOCKS = {
  densenet121: [6, 12, 24, 16],
  densenet169: [6, 12, 32, 32],
  densenet201: [6, 12, 48, 32],
} as const;

export type DenseNetName = keyof typeof BLOCKS;
export const DENSENETS = Object.keys(BLOCKS) as DenseNetName[];

/** A bottleneck has this many times the growth. */
const BOTTLENECK = 4;
/** Blocks of a network for small images. */
const SMALL_BLOCKS = 3;

interface Layers {
  /** Dense layers of each block. */
  readonly blocks: readonly number[];
  /** Channels that a layer adds. */
  readonly growth: number;
  /** Whether a layer has a 1×1 convolution first, and a transition halves the channels: DenseNet-BC. */
  readonly bottleneck: boolean;
}

/** The network `name`, for images as large as ImageNet's, for `classes` classes. */
export function densenet(name: DenseNetName, { classes }: { classes: number }): Network {
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
): Network {
  requireClasses(classes);
  const perLayer = bottleneck ? 2 : 1;
  const layers = (depth - 4) / (SMALL_BLOCKS * perLayer);
  if (!(Number.isInteger(layers) && layers >= 1)) {
    throw new RangeError(
      `expected a depth of 4 and a multiple of ${SMALL_BLOCKS * perLayer} (the convolutions of three blocks${
        bottleneck ? " with bottlenecks" : ""
      }), found ${depth}`,
    );
  }
  if (!(Number.isInteger(growth) && growth >= 1)) {
    throw new RangeError(`expected a growth of at least 1 channel, found ${growth}`);
  }
  const net = new NetworkBuilder();
  const channels = bottleneck ? 2 * growth : 16;
  const stem = net.conv2d("input", "features.conv0", { channels, kernel: 3, padding: 1, fan: "in" });
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
