import assert from "node:assert/strict";
import { datasetNames } from "../../src/data/registry.ts";
import type { FieldValue } from "../../src/fields.ts";
import type { PartialProtocol } from "../../src/experiment/parts.ts";
import { changed, differences, optionsOf, resolveProtocol } from "../../src/experiment/protocol.ts";
import { protocolRows } from "../../src/experiment/words.ts";

Deno.test("CIFAR10 trains by the protocol of the reproduced experiment, to the letter", () => {
  const { training: { checkpoints, ...training }, ...protocol } = resolveProtocol("CIFAR10");
  assert.deepEqual({ ...protocol, training }, {
    data: { kind: "CIFAR10", perClass: null, imbalance: null, labelNoise: 0, classes: null },
    augmentation: { kind: "none" },
    network: { kind: "resnet18", stem: "stock", channels: 64 },
    classifier: { kind: "learned", noBias: false, width: null, temperature: null },
    loss: { kind: "cross_entropy", labelSmoothing: 0 },
    optimizer: {
      kind: "sgd",
      learningRate: 0.1302501827396728,
      momentum: 0.9,
      nesterov: false,
      weightDecay: 5e-4,
      decayOn: "all",
      featureDecay: 0,
    },
    schedule: { kind: "step", factor: 0.1, after: [116, 233], warmup: 0 },
    training: {
      epochs: 350,
      batchSize: 128,
      ranks: 1,
      batchNorm: "synchronised",
      precision: "float32",
      seed: 0,
    },
  });
  assert.deepEqual(checkpoints.slice(0, 4), [1, 5, 10, 15]);
  assert.equal(checkpoints.length, 71);
  assert.equal(checkpoints.at(-1), 350);
});

Deno.test("CIFAR100 differs from CIFAR10 in network and learning rate alone", () => {
  const [ten, hundred] = [resolveProtocol("CIFAR10"), resolveProtocol("CIFAR100")];
  assert.deepEqual(
    differences(ten, hundred).map(({ place }) => place),
    ["data.kind", "network.kind", "optimizer.learningRate"],
  );
  assert.equal(hundred.network.kind, "resnet50");
  assert.equal(hundred.optimizer.learningRate, 0.18045095091164853);
});

Deno.test("the learning rates of all published data sets are members of the paper's grid", () => {
  for (const dataset of ["CIFAR10", "CIFAR100", "MNIST", "FashionMNIST"]) {
    const member = 24 * Math.log(resolveProtocol(dataset).optimizer.learningRate / 1e-4) / Math.log(2500);
    assert.ok(Math.abs(member - Math.round(member)) < 1e-9, `${dataset}: member ${member}`);
  }
});

Deno.test("every data set of the registry has a protocol", () => {
  for (const dataset of datasetNames()) assert.equal(resolveProtocol(dataset).data.kind, dataset);
});

Deno.test("milestones and checkpoints follow from the number of epochs", () => {
  const of = (epochs: number) => {
    const texts = new Map(optionsOf(resolveProtocol("CIFAR10", { training: { epochs } })));
    return [texts.get("--decay-after"), texts.get("--checkpoints")];
  };
  assert.deepEqual(of(1), ['""', "1"]);
  assert.deepEqual(of(2), ["1", "1,2"]);
  assert.deepEqual(of(12), ["4,8", "1,5,10,12"]);
});

Deno.test("a protocol is refused with what was expected and what was found", () => {
  const refused: [PartialProtocol, RegExp][] = [
    [{ training: { epochs: 0 } }, /^Error: --epochs: expected a whole number from 1 to 1000000, found 0$/],
    [{ training: { epochs: 1e10 } }, /^Error: --epochs: .* from 1 to 1000000, found 10000000000$/],
    [{ network: { kind: "vgg12" } }, /^Error: --model: expected one of resnet18, .*, found "vgg12"$/],
    [
      { optimizer: { momentum: 1 } },
      /^Error: --momentum: expected a number of at least 0 and below 1, found 1$/,
    ],
    [{ training: { seed: 2 ** 32 } }, /^Error: --seed: .* from 0 to 4294967295, found 4294967296$/],
    [
      { training: { epochs: 10 }, schedule: { after: [10] } },
      /^Error: --decay-after: expected ascending epochs from 1 to 9 in a run of 10 epochs, found 10$/,
    ],
    [
      { training: { checkpoints: [5, 5] } },
      /^Error: --checkpoints: .* ascending epochs from 0 to 350 .* found 5, 5$/,
    ],
    [{ training: { checkpoints: [] } }, /^Error: --checkpoints: expected at least one epoch, found none$/],
    [{ network: { stem: "tall" } }, /^Error: --stem: expected one of stock, small, found "tall"$/],
    [
      { data: { perClass: 0 } },
      /^Error: --per-class: expected all, or a whole number of at least 1, found 0$/,
    ],
    [{ training: { checkpoints: [-1] } }, /^Error: --checkpoints: expected epochs .*, found \[-1\]$/],
    [{ training: { decay: 5 } }, /^Error: protocol: training\.decay: expected no such key$/],
    [{ model: {} } as PartialProtocol, /^Error: protocol: model: expected no such key$/],
  ];
  for (const [overrides, message] of refused) {
    assert.throws(() => resolveProtocol("CIFAR10", overrides), message);
  }
  assert.throws(
    () => resolveProtocol("ImageNet"),
    /no protocol for the data set "ImageNet": expected one of CIFAR10,/,
  );
});

Deno.test("what a preset says of a kind goes with the fields that another kind shares", () => {
  const small = changed(resolveProtocol("CIFAR10"), { network: { stem: "small" } });
  assert.deepEqual(changed(small, { network: { kind: "resnet34" } }).network, {
    kind: "resnet34",
    stem: "small",
    channels: 64,
  });
});

Deno.test("ranks divide a batch, and say what they cannot do in a line", () => {
  const of = (training: Record<string, FieldValue>) => resolveProtocol("CIFAR10", { training });
  const { ranks, batchNorm } = of({}).training;
  assert.deepEqual({ ranks, batchNorm }, { ranks: 1, batchNorm: "synchronised" });
  const refused: [Record<string, FieldValue>, RegExp][] = [
    [{ ranks: 3 }, /^Error: --ranks 3: expected a --batch-size that is a multiple of it, found 128$/],
    [{ batchNorm: "rank" }, /^Error: --batch-norm rank: expected --ranks 2 or more beside it, found 1$/],
    [{ ranks: 0 }, /^Error: --ranks: expected a whole number from 1 to/],
  ];
  for (const [training, message] of refused) assert.throws(() => of(training), message);
  const rowOf = (training: Record<string, FieldValue>) =>
    protocolRows(of(training), String).find(([title]) => title === "Batch size")![1];
  assert.equal(rowOf({}), "128");
  assert.equal(rowOf({ ranks: 2 }), "128 over 2 ranks, batch norm synchronised");
  assert.equal(
    rowOf({ ranks: 4, batchNorm: "rank", precision: "bf16" }),
    "128 over 4 ranks, batch norm each rank's own",
  );
});
