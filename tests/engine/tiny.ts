/** The smallest run that is still a real one: a ResNet-18 on twenty drawn images, for tests that train. */
import { type Dataset, digestOf } from "../../src/data/dataset.ts";
import { drawImages, DRAWN_SHAPE } from "../../src/data/drawn.ts";
import type { Protocol } from "../../src/experiment/run_record.ts";
import { type ProtocolOverrides, resolveProtocol } from "../../src/experiment/protocol.ts";

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

/** Three epochs of four steps, the last of which has two images instead of six. */
export function tinyProtocol(overrides: ProtocolOverrides = {}): Protocol {
  return resolveProtocol("Drawn10", {
    perClass: null,
    epochs: 3,
    batchSize: 6,
    learningRate: 0.02,
    decayFactor: 0.1,
    checkpoints: [1, 2, 3],
    ...overrides,
  });
}
