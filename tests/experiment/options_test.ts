/** Protocols from the texts of options. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { changedBy, protocolFrom, protocolOptions } from "../../src/experiment/options.ts";
import { DATA } from "../../src/experiment/data.ts";
import type { Protocol } from "../../src/experiment/parts.ts";
import { kindOf } from "../../src/kind.ts";
import { PRESETS } from "../../src/experiment/presets/index.ts";
import { optionsOf, optionsStated, resolveProtocol } from "../../src/experiment/protocol.ts";

Deno.test("texts of options make the protocol that their values make", () => {
  const texts = {
    lr: "0.05",
    model: "rn34",
    stem: "small",
    channels: "48",
    "per-class": "20",
    epochs: "9",
    checkpoints: "1, 9",
  };
  deepEqual(
    protocolFrom("CIFAR10", texts),
    resolveProtocol("CIFAR10", {
      data: { perClass: 20 },
      network: { kind: "resnet34", stem: "small", channels: 48 },
      optimizer: { learningRate: 0.05 },
      training: { epochs: 9, checkpoints: [1, 9] },
    }),
  );
});

Deno.test("a protocol is made again from what its options say", () => {
  for (const name of ["CIFAR100", "MNIST", "Drawn100"]) {
    const protocol = resolveProtocol(name);
    const texts = optionsOf(protocol).slice(1).map(([option, text]) => [option.slice(2), text]);
    deepEqual(protocolFrom(name, Object.fromEntries(texts)), protocol);
  }
});

Deno.test("what of a data set is taken is told by names or numbers, and said in words", () => {
  const of = (texts: Record<string, string>) => protocolFrom("CIFAR10", texts).data;
  const data = of({ classes: "Cat,0, dog", imbalance: "exp:.05", "label-noise": "0.29", "per-class": "500" });
  deepEqual(data, {
    kind: "CIFAR10",
    perClass: 500,
    classes: [3, 0, 5],
    imbalance: "exp:0.05",
    labelNoise: 0.29,
  });
  const says = (data: Protocol["data"]) => kindOf(DATA, data).says(data as never);
  equal(
    says(data),
    "500, of cat, airplane, dog only, exponentially fewer of each later one, down to × 0.05, 29 % of the labels drawn anew",
  );
  equal(says(of({ imbalance: "step:1e-2" })), "all, × 0.01 of the second half of the classes");
  equal(says(of({})), "all");
  for (const classes of ["3,3", "cat,3", "1", "0,10", "cat;dog", "0,-1", ""]) {
    throws(
      () => of({ classes }),
      /^Error: --classes: expected all, or two or more different classes of the data set/,
    );
  }
  for (const imbalance of ["exp", "exp:2", "exp:0", "linear:0.1", "step:x", "exp:0.1:0.1"]) {
    throws(
      () => of({ imbalance }),
      /^Error: --imbalance: expected none, or exp or step and the ratio of the /,
    );
  }
});

Deno.test("every combination of kinds is made again from what its options say", () => {
  const options = protocolOptions();
  const kindsOf = (name: string) =>
    options.find(({ option }) => option === name)!.types[0]!.choices as string[];
  for (const loss of kindsOf("loss")) {
    for (const optimizer of kindsOf("optimizer")) {
      for (const schedule of kindsOf("schedule")) {
        const protocol = protocolFrom("Drawn10", { loss, optimizer, schedule, "weight-decay": "0.3" });
        deepEqual([protocol.loss.kind, protocol.optimizer.kind, protocol.schedule.kind], [
          loss,
          optimizer,
          schedule,
        ]);
        const texts = optionsOf(protocol).slice(1).map(([option, text]) => [option.slice(2), text]);
        deepEqual(protocolFrom("Drawn100", Object.fromEntries(texts)), {
          ...protocol,
          data: { ...protocol.data, kind: "Drawn100" },
        });
      }
    }
  }
});

Deno.test("a preset's rate is of its own optimizer, and another one has its own", () => {
  equal(protocolFrom("Drawn10", {}).optimizer.learningRate, 0.05);
  equal(protocolFrom("Drawn10", { optimizer: "adam" }).optimizer.learningRate, 0.001);
});

Deno.test("an option alone is a yes", () => {
  const of = (nesterov: string) => optionsOf(protocolFrom("Drawn10", { nesterov }));
  deepEqual(of(""), of("yes"));
  deepEqual(of("no"), optionsOf(protocolFrom("Drawn10", {})));
});

Deno.test("what stands in a protocol stays where options are changed", () => {
  const protocol = protocolFrom("Drawn10", { epochs: "40", checkpoints: "1,40", momentum: "0.5" });
  deepEqual(changedBy(protocol, {}), protocol);
  equal(changedBy(protocol, { seed: "3" }).training.seed, 3);
});

Deno.test("a text that is no value, and an unknown option, are refused in the words of the option", () => {
  const refused: [Record<string, string>, RegExp][] = [
    [{ lr: "fast" }, /^Error: --lr: expected a number above 0, found "fast"$/],
    [{ "per-class": "0" }, /^Error: --per-class: expected all, or a whole number of at least 1, found "0"$/],
    [
      { model: "resent18" },
      /^Error: --model: expected one of .*; did you mean resnet18\?, found "resent18"$/,
    ],
    [
      { momentun: "0.9" },
      /^Error: unknown option --momentun: expected one of .*; did you mean --momentum\?$/,
    ],
    [
      { optimizer: "adam", momentum: "0.9" },
      /^Error: --momentum is of --optimizer sgd, sgdw and muon, found adam; /,
    ],
    [
      { nesterov: "", momentum: "0" },
      /^Error: --nesterov: expected a --momentum above 0 beside it, found 0$/,
    ],
    [{ optimizer: "adam", betas: "0.9" }, /^Error: --betas: expected two numbers .*, found "0\.9"$/],
    [{ dataset: "MNIST" }, /^Error: unknown option --dataset: expected one of --per-class, /],
  ];
  for (const [texts, message] of refused) throws(() => protocolFrom("CIFAR10", texts), message);
});

Deno.test("a default names the data sets that have another", () => {
  const of = (name: string) => protocolOptions().find(({ option }) => option === name)?.defaults;
  equal(of("epochs"), "350; Drawn10 30; Drawn100 60");
  equal(of("per-class"), "all; MNIST 5000; SVHN 4600");
  equal(of("decay-after"), "a third and two thirds of all");
});

Deno.test("a preset holds where no option says otherwise, in whatever order, and is known by its name", () => {
  const { optimizer, training, network } = protocolFrom("FashionMNIST", {
    preset: "zhao2026-sgdw",
    lr: "0.5",
  });
  deepEqual(optimizer, {
    kind: "sgdw",
    learningRate: 0.5,
    momentum: 0.5,
    nesterov: false,
    weightDecay: 0.05,
    decayOn: "all",
    featureDecay: 0,
  });
  deepEqual([training.epochs, network.kind], [200, "resnet9"]);
  const other = protocolFrom("FashionMNIST", { preset: "zhao2026-sgdw", optimizer: "sgd" }).optimizer;
  const { kind, momentum } = other as { kind: string; momentum?: number };
  deepEqual([kind, momentum], ["sgd", 0.5], "fields that kinds share go along");
  const protocol = protocolFrom("CIFAR10", { preset: "papyan2020-notebook" });
  equal(protocol.training.checkpoints.length, 50);
  deepEqual(changedBy(protocol, { preset: "papyan2020-notebook" }), protocol);
  throws(
    () => protocolFrom("CIFAR10", { preset: "papyan2020-notebok" }),
    /^Error: --preset: expected one of papyan2020, .*found "papyan2020-notebok"; did you mean papyan2020-notebook\?$/,
  );
});

Deno.test("every preset is a protocol, of the options that it is told by", () => {
  for (const { name, dataset, states } of PRESETS) {
    const texts = optionsStated(dataset, states).map(([option, value]) => [option.replace(/^--/, ""), value]);
    deepEqual(
      protocolFrom(dataset, Object.fromEntries(texts)),
      protocolFrom(dataset, { preset: name }),
      name,
    );
  }
});
