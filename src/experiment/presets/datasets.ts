/**
 * What holds for a data set where nothing is stated, as partial values: what differs from the defaults, which are those of
 * the reproduced CIFAR-10 experiment: Papyan, Han and Donoho (2020), as carried out by
 * github.com/malashinroman/neuronal_collapse, on a stock torchvision network.
 */
import { OWN_IMAGES } from "../../data/registry.ts";
import type { PartialProtocol } from "../parts.ts";

/** Member 20 of the paper's grid of 25 rates. Which member it chose for these data sets is not known: this is our choice. */
const MIDDLE_RATE = 1e-4 * 2500 ** (20 / 24);

/** By data set. */
const OF_DATASETS: Readonly<Record<string, PartialProtocol>> = {
  CIFAR10: {},
  /** Member 23 of the grid; 500 images a class ask for the deeper network. */
  CIFAR100: { network: { kind: "resnet50" }, optimizer: { learningRate: 0.18045095091164853 } },
  /** The paper balances MNIST by keeping 5000 images a class. Network and rate are ours. */
  MNIST: { data: { perClass: 5000 }, optimizer: { learningRate: MIDDLE_RATE } },
  /** Network and rate are ours. */
  FashionMNIST: { optimizer: { learningRate: MIDDLE_RATE } },
  /** Of a person's own: network and rate are ours. */
  [OWN_IMAGES]: { optimizer: { learningRate: MIDDLE_RATE } },
  /** Network and rate are ours. */
  STL10: { optimizer: { learningRate: MIDDLE_RATE } },
  /** The paper balances SVHN by keeping 4600 images a class. Network and rate are ours. */
  SVHN: { data: { perClass: 4600 }, optimizer: { learningRate: MIDDLE_RATE } },
  /**
   * Ours, for a demonstration in minutes on two cores: a strong weight decay brings the collapse within a few
   * epochs of zero error.
   */
  Drawn10: {
    optimizer: { learningRate: 0.05, weightDecay: 0.02 },
    training: { epochs: 30, batchSize: 64 },
  },
  /** Ours, likewise, in tens of minutes. */
  Drawn100: {
    optimizer: { learningRate: 0.02, weightDecay: 0.005 },
    schedule: { factor: 0.3 },
    training: { epochs: 60, batchSize: 64 },
  },
};

/** What differs for a data set. Throws for one without a protocol. */
export function protocolOf(dataset: string): PartialProtocol {
  if (Object.hasOwn(OF_DATASETS, dataset)) return OF_DATASETS[dataset]!;
  throw new Error(
    `no protocol for the data set "${dataset}": expected one of ${Object.keys(OF_DATASETS).join(", ")}`,
  );
}
