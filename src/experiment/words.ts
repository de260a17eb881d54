/** A protocol in words, for tables. */
import { kindOf } from "../kind.ts";
import { NETWORKS } from "../models/registry.ts";
import { describeSteps } from "./epochs.ts";
import { kindIn, type PartName, PARTS, type Protocol } from "./parts.ts";

/** What decides the numbers of a run, a row each; `number` writes a value shorter than it is. */
export function protocolRows(
  protocol: Protocol,
  number: (value: number) => string,
): [title: string, text: string][] {
  const { optimizer, training } = protocol;
  const words = (name: PartName) =>
    kindIn(PARTS[name], protocol[name] as never).says(protocol[name] as never);
  return [
    ["Train images a class", words("data")],
    ["Augmentation", words("augmentation")],
    ["Network", words("network")],
    ["Classifier", words("classifier")],
    ["Loss", words("loss")],
    ["Epochs", count(training.epochs)],
    ["Batch size", batchWords(training)],
    ["Optimizer", words("optimizer")],
    ["Learning rate", `${number(optimizer.learningRate)}, ${words("schedule")}`],
    ["Precision", training.precision],
    ["Seed", String(training.seed)],
    ["Checkpoints after epoch", describeSteps(training.checkpoints)],
  ];
}

/** What a run minimises, beside what decays: "cross-entropy with label smoothing 0.1". */
export function lossWords(loss: Protocol["loss"]): string {
  return kindIn(PARTS.loss, loss as never).says(loss as never);
}

/** The network of a protocol, for titles: "ResNet-18", "ResNet-18 (small stem)". */
export function networkTitle({ network }: Pick<Protocol, "network">): string {
  return kindOf(NETWORKS, network).title(network);
}

function batchWords({ batchSize, ranks, batchNorm }: Protocol["training"]): string {
  const whose = batchNorm === "rank" ? "each rank's own" : "synchronised";
  return ranks === 1 ? count(batchSize) : `${count(batchSize)} over ${ranks} ranks, batch norm ${whose}`;
}

function count(value: number): string {
  return value.toLocaleString("en-GB");
}
