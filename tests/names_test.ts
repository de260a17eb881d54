import assert from "node:assert/strict";
import { datasetNames, nameIn, resolveName } from "../src/data/registry.ts";
import { NETWORK_NAMES, protocolFrom } from "../src/experiment/options.ts";
import { RESNETS } from "../src/models/resnet.ts";
import { recognise, suggestion } from "../src/names.ts";

Deno.test("data sets and networks are known however they are written", () => {
  const written = {
    CIFAR10: ["cifar10", "CIFAR-10", "cifar_10"],
    CIFAR100: ["Cifar-100"],
    FashionMNIST: ["fashionmnist", "Fashion-MNIST", "fashion_mnist", "fmnist", "FMNIST", "F-MNIST"],
    MNIST: ["mnist"],
    Drawn10: ["drawn-10"],
  };
  for (const [name, texts] of Object.entries(written)) {
    for (const text of texts) assert.equal(resolveName(text), name, text);
  }
  for (const text of ["ResNet-18", "resnet_18", "RESNET18", "rn18"]) {
    assert.equal(NETWORK_NAMES.parse(text), "resnet18");
  }
  assert.throws(
    () => protocolFrom("CIFAR10", { model: "ResNet-20" }),
    /--model: expected one of resnet18, .*\bresnet152\b.*, found "ResNet-20"$/,
  );
});

Deno.test("a name that is no data set is suggested the one that was meant", () => {
  const meant = { NMIST: "MNIST", CIFRA10: "CIFAR10", FashonMNIST: "FashionMNIST", fashion: "FashionMNIST" };
  for (const [text, name] of Object.entries(meant)) {
    assert.equal(suggestion(text, datasetNames()), `; did you mean ${name}?`, text);
  }
  assert.throws(() => resolveName("FMNST"), /; did you mean FashionMNIST\?$/);
  assert.equal(suggestion("cifar", datasetNames()), "; did you mean CIFAR10 or CIFAR100?");
  assert.equal(suggestion("resent18", RESNETS), "; did you mean resnet18?");
});

Deno.test("another data set or network is not taken for a slip of the keyboard", () => {
  for (
    const text of ["KMNIST", "EMNIST", "QMNIST", "ImageNet", "CIFAR10.1", "CIFAR10C", "x"]
  ) {
    assert.equal(suggestion(text, datasetNames()), "", text);
    assert.equal(recognise(text, datasetNames()), undefined, text);
    assert.throws(() => resolveName(text), /expected one of CIFAR10, [^;]*$/, text);
  }
  for (const text of ["resnet20", "resnet110", "vgg13", "wideresnet18"]) {
    assert.equal(suggestion(text, RESNETS), "", text);
  }
});

Deno.test("a folder's name speaks of the longest data set in it", () => {
  assert.equal(nameIn("checkpoints_Fashion-MNIST"), "FashionMNIST");
  assert.equal(nameIn("fmnist-resnet18"), "FashionMNIST");
  assert.equal(nameIn("mnist_checkpoints"), "MNIST");
  assert.equal(nameIn("cifar-100"), "CIFAR100");
  assert.equal(nameIn("kmnist"), undefined);
  assert.equal(nameIn("checkpoints"), undefined);
});
