/** ResNets with torchvision's layout and parameter names (He et al. 2015; torchvision.models.resnet). */
import { field, type FieldValues, oneOf, wholeNumber } from "../fields.ts";
import type { Kind } from "../kind.ts";
import { type Architecture, NetworkBuilder, requireClasses } from "./network.ts";

/** "stock": 7×7 stride-2 convolution and 3×3 max-pool; "small": 3×3 stride-1 convolution, no pool. */
const STEMS = ["stock", "small"] as const;
export type Stem = (typeof STEMS)[number];

/** Of the first stage, as He et al. have it. */
const USUAL_CHANNELS = 64;

const FIELDS = {
  stem: field<Stem>({
    option: "stem",
    argument: "<kind>",
    help: "stock (7×7 stride 2, max-pool) or small (3×3)",
    type: oneOf(STEMS),
    default: "stock",
  }),
  /** Nakkiran et al. 2020 (arXiv 1912.02292) vary it as the width k of their ResNet-18s. */
  channels: field({
    option: "channels",
    argument: "<n>",
    help: "channels of a ResNet's stem and first stage; each later stage has twice as many as the one before",
    type: wholeNumber({ min: 1, max: 4096 }),
    default: USUAL_CHANNELS,
    newer: true,
  }),
};

type ResNetFields = FieldValues<typeof FIELDS>;

const BLOCKS = {
  resnet18: { bottleneck: false, depths: [2, 2, 2, 2] },
  resnet34: { bottleneck: false, depths: [3, 4, 6, 3] },
  resnet50: { bottleneck: true, depths: [3, 4, 6, 3] },
  resnet101: { bottleneck: true, depths: [3, 4, 23, 3] },
  resnet152: { bottleneck: true, depths: [3, 8, 36, 3] },
} as const;

export type ResNetName = keyof typeof BLOCKS;
export const RESNETS = Object.keys(BLOCKS) as ResNetName[];

/** For the registry. */
export const RESNET_KINDS = RESNETS.map((name) => ({
  kind: name,
  aliases: [name.replace("resnet", "rn")],
  fields: FIELDS,
  ends: { first: "conv1.weight", last: "fc.weight" },
  side: 32,
  title({ stem, channels }: ResNetFields): string {
    const unusual = [...stem === "stock" ? [] : [`${stem} stem`], ...unusualChannels(channels)];
    const plain = name.replace("resnet", "ResNet-");
    return unusual.length === 0 ? plain : `${plain} (${unusual.join(", ")})`;
  },
  says: ({ stem, channels }: ResNetFields) => [name, `${stem} stem`, ...unusualChannels(channels)].join(", "),
  told(shapeOf: (name: string) => readonly number[] | undefined) {
    const channels = shapeOf("conv1.weight")?.[0];
    return channels === undefined ? undefined : { channels };
  },
  make: ({ stem, channels }: ResNetFields, { classes }: { classes: number }) =>
    resnet(name, { classes, stem, channels }),
})) satisfies readonly Kind<ResNetName, typeof FIELDS>[];

/** A bottleneck block's output has this many times the channels of its 3×3 convolution. */
const EXPANSION = 4;

function unusualChannels(channels: number): string[] {
  return channels === USUAL_CHANNELS ? [] : [`${channels} channels`];
}

/** The network `name` for `classes` classes, with `channels` channels in its first stage. Throws for an unknown name. */
export function resnet(
  name: string,
  { classes, stem = "stock", channels = USUAL_CHANNELS }: { classes: number; stem?: Stem; channels?: number },
): Architecture {
  if (!isResNet(name)) throw new Error(`unknown model "${name}": expected one of ${RESNETS.join(", ")}`);
  requireClasses(classes);
  const { bottleneck, depths } = BLOCKS[name];
  const net = new NetworkBuilder();
  const block = bottleneck ? bottleneckBlock : basicBlock;

  let value = stem === "stock"
    ? net.conv2d("input", "conv1", { channels, kernel: 7, stride: 2, padding: 3 })
    : net.conv2d("input", "conv1", { channels, kernel: 3, padding: 1 });
  value = net.plain("relu", "relu", net.batchNorm2d(value, "bn1"));
  if (stem === "stock") value = net.maxPool2d(value, "maxpool", { kernel: 3, stride: 2, padding: 1 });

  let channelsIn = channels;
  depths.forEach((depth, stage) => {
    const width = channels * 2 ** stage;
    const channelsOut = bottleneck ? width * EXPANSION : width;
    for (let index = 0; index < depth; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const scope = `layer${stage + 1}.${index}`;
      value = block(net, value, scope, { width, stride, project: stride > 1 || channelsIn !== channelsOut });
      channelsIn = channelsOut;
    }
  });

  value = net.plain("flatten", "flatten", net.adaptiveAvgPool2d(value, "avgpool"));
  net.linear(value, "fc", classes);
  return net.build(name, classes);
}

interface BlockShape {
  readonly width: number;
  readonly stride: number;
  /** Whether the shortcut is a strided 1×1 convolution instead of the identity. */
  readonly project: boolean;
}

function basicBlock(
  net: NetworkBuilder,
  input: string,
  scope: string,
  { width, stride, project }: BlockShape,
): string {
  const first = convNorm(net, input, scope, 1, { channels: width, kernel: 3, stride, padding: 1 });
  const second = convNorm(net, relu(net, first), scope, 2, { channels: width, kernel: 3, padding: 1 });
  return join(net, second, shortcut(net, input, scope, { channels: width, stride, project }), scope);
}

/** Stride at the 3×3 convolution, as torchvision has it ("ResNet v1.5"). */
function bottleneckBlock(
  net: NetworkBuilder,
  input: string,
  scope: string,
  { width, stride, project }: BlockShape,
): string {
  const channels = width * EXPANSION;
  const first = convNorm(net, input, scope, 1, { channels: width, kernel: 1 });
  const second = convNorm(net, relu(net, first), scope, 2, {
    channels: width,
    kernel: 3,
    stride,
    padding: 1,
  });
  const third = convNorm(net, relu(net, second), scope, 3, { channels, kernel: 1 });
  return join(net, third, shortcut(net, input, scope, { channels, stride, project }), scope);
}

function convNorm(
  net: NetworkBuilder,
  input: string,
  scope: string,
  index: number,
  shape: Parameters<NetworkBuilder["conv2d"]>[2],
): string {
  return net.batchNorm2d(net.conv2d(input, `${scope}.conv${index}`, shape), `${scope}.bn${index}`);
}

function relu(net: NetworkBuilder, input: string): string {
  return net.plain("relu", `${input}.relu`, input);
}

function shortcut(
  net: NetworkBuilder,
  input: string,
  scope: string,
  { channels, stride, project }: { channels: number; stride: number; project: boolean },
): string {
  if (!project) return input;
  const projected = net.conv2d(input, `${scope}.downsample.0`, { channels, kernel: 1, stride });
  return net.batchNorm2d(projected, `${scope}.downsample.1`);
}

function join(net: NetworkBuilder, branch: string, identity: string, scope: string): string {
  return relu(net, net.plain("add", `${scope}.add`, branch, identity));
}

function isResNet(name: string): name is ResNetName {
  return Object.hasOwn(BLOCKS, name);
}
