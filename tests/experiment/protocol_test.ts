import assert from "node:assert/strict";
import { datasetNames } from "../../src/data/registry.ts";
import { differences, resolveProtocol } from "../../src/experiment/protocol.ts";

Deno.test("CIFAR10 trains by the protocol of the reproduced experiment, to the letter", () => {
  const { checkpoints, ...protocol } = resolveProtocol("CIFAR10");
  assert.deepEqual(protocol, {
    dataset: "CIFAR10",
    perClass: null,
    model: "resnet18",
    stem: "stock",
    epochs: 350,
    batchSize: 128,
    learningRate: 0.1302501827396728,
    decayFactor: 0.1,
    decayAfter: [116, 233],
    momentum: 0.9,
    weightDecay: 5e-4,
    precision: "float32",
    seed: 0,
  });
  assert.deepEqual(checkpoints.slice(0, 4), [1, 5, 10, 15]);
  assert.equal(checkpoints.length, 71);
  assert.equal(checkpoints.at(-1), 350);
});

Deno.test("CIFAR100 differs from CIFAR10 in network and learning rate alone", () => {
  const [ten, hundred] = [resolveProtocol("CIFAR10"), resolveProtocol("CIFAR100")];
  assert.deepEqual(differences(ten, hundred), ["dataset", "model", "learningRate"]);
  assert.equal(hundred.model, "resnet50");
  assert.equal(hundred.learningRate, 0.18045095091164853);
});

Deno.test("the learning rates of all published data sets are members of the paper's grid", () => {
  for (const dataset of ["CIFAR10", "CIFAR100", "MNIST", "FashionMNIST"]) {
    const member = 24 * Math.log(resolveProtocol(dataset).learningRate / 1e-4) / Math.log(2500);
    assert.ok(Math.abs(member - Math.round(member)) < 1e-9, `${dataset}: member ${member}`);
  }
});

Deno.test("every data set of the registry has a protocol", () => {
  for (const dataset of datasetNames()) assert.equal(resolveProtocol(dataset).dataset, dataset);
});

Deno.test("milestones and checkpoints follow from the number of epochs", () => {
  const of = (epochs: number) => {
    const { decayAfter, checkpoints } = resolveProtocol("CIFAR10", { epochs });
    return { decayAfter, checkpoints };
  };
  assert.deepEqual(of(1), { decayAfter: [], checkpoints: [1] });
  assert.deepEqual(of(2), { decayAfter: [1], checkpoints: [1, 2] });
  assert.deepEqual(of(12), { decayAfter: [4, 8], checkpoints: [1, 5, 10, 12] });
});

Deno.test("a protocol is refused with what was expected and what was found", () => {
  const refused: [Parameters<typeof resolveProtocol>[1], RegExp][] = [
    [{ epochs: 0 }, /^Error: --epochs: expected >=1, found 0/],
    [{ model: "vgg13" }, /--model: expected one of resnet18, .*, found "vgg13"/],
    [{ momentum: 1 }, /--momentum: expected a number from 0 to below 1, found 1/],
    [{ seed: 2 ** 32 }, /--seed: expected a whole number up to 4294967295, found 4294967296/],
    [
      { epochs: 10, decayAfter: [10] },
      /--decay-after: expected ascending epochs from 1 to 9 in a run of 10 epochs/,
    ],
    [{ checkpoints: [5, 5] }, /--checkpoints: expected ascending epochs from 1 to 350 .* found 5, 5/],
    [{ checkpoints: [] }, /--checkpoints: expected at least one epoch, found none/],
    [{ stem: "tall" as "small" }, /--stem: expected \("stock" \| "small"\), found "tall"/],
    [{ perClass: 0 }, /^Error: --per-class: expected >=1, found 0/],
    [{ checkpoints: [0] }, /^Error: --checkpoints: expected >=1, found 0/],
    [{ warmup: 5 } as Record<string, number>, /^Error: protocol: warmup: expected no such key/],
  ];
  for (const [overrides, message] of refused) {
    assert.throws(() => resolveProtocol("CIFAR10", overrides), message);
  }
  assert.throws(
    () => resolveProtocol("ImageNet"),
    /no protocol for the data set "ImageNet": expected one of CIFAR10,/,
  );
});
