/** The smallest run that is still a real one: a narrow ResNet-18 on twenty drawn images, for tests that train. */
import { type Dataset, digestOf } from "../../src/data/dataset.ts";
import { drawImages, DRAWN_SHAPE } from "../../src/data/drawn.ts";
import { type OptionTexts, protocolFrom } from "../../src/experiment/options.ts";
import type { Protocol } from "../../src/experiment/parts.ts";

export function tinyDataset(): Dataset {
  const { train, test } = drawImages({ classes: 10, train: 20, test: 10, seed: 3 });
  return {
    name: "Drawn10",
    title: "Drawn-10",
    classes: 10,
    shape: DRAWN_SHAPE,
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    train,
    test,
    digest: digestOf(train, test),
  };
}

/**
 * Three epochs of four steps, the last of which has two images instead of six. Of 16 channels, a ResNet's first stages are
 * computed by libtorch's kernels and its last ones by native's own.
 */
export function tinyProtocol(options: OptionTexts = {}): Protocol {
  const { model = "resnet18" } = options;
  return protocolFrom("Drawn10", {
    epochs: "3",
    "batch-size": "6",
    lr: "0.02",
    ...model.startsWith("resnet") && { channels: "16" },
    checkpoints: "1,2,3",
    ...options,
  });
}
