/** The protocol of each data set: the hyper-parameters of the reproduced experiment, as data with their sources. */
import * as v from "valibot";
import { type ResNetName, RESNETS } from "../models/resnet.ts";
import { type Protocol, ProtocolSchema } from "./run_record.ts";
import { explain } from "./explain.ts";
import { PROTOCOL_OPTIONS } from "./options.ts";

/** What a preset or a caller states; the rest follows from the defaults. */
export type ProtocolOverrides = {
  readonly [K in Exclude<keyof Protocol, "dataset">]?: Protocol[K] | undefined;
};

/** Largest seed: both random number generators tell all smaller ones apart. */
export const MAX_SEED = 2 ** 32 - 1;

/**
 * The protocol of the reproduced CIFAR-10 experiment: Papyan, Han and Donoho (2020), as carried out by
 * github.com/malashinroman/neuronal_collapse, on a stock torchvision network.
 */
const DEFAULTS = {
  perClass: null,
  model: "resnet18",
  stem: "stock",
  epochs: 350,
  batchSize: 128,
  /** Member 22 of the paper's grid of 25 rates, log-spaced from 1e-4 to 0.25, counted from 0. */
  learningRate: 0.1302501827396728,
  decayFactor: 0.1,
  momentum: 0.9,
  /** On every parameter, batch norm and biases included. */
  weightDecay: 5e-4,
  precision: "float32",
  seed: 0,
} as const satisfies ProtocolOverrides;

/** Member 20 of the same grid. Which member the paper chose for these data sets is not known: this is our choice. */
const MIDDLE_RATE = 1e-4 * 2500 ** (20 / 24);

/** What differs from the defaults, by data set. */
const PRESETS: Readonly<Record<string, Partial<Stated>>> = {
  CIFAR10: {},
  /** Member 23 of the grid; 500 images a class ask for the deeper network. */
  CIFAR100: { model: "resnet50", learningRate: 0.18045095091164853 },
  /** The paper balances MNIST by keeping 5000 images a class. Network and rate are ours. */
  MNIST: { perClass: 5000, learningRate: MIDDLE_RATE },
  /** Network and rate are ours. */
  FashionMNIST: { learningRate: MIDDLE_RATE },
  /**
   * Ours, for a demonstration in minutes on two cores: a strong weight decay brings the collapse within a few
   * epochs of zero error.
   */
  Drawn10: {
    epochs: 30,
    batchSize: 64,
    learningRate: 0.05,
    weightDecay: 0.02,
  },
  /** Ours, likewise, in tens of minutes. */
  Drawn100: { epochs: 60, batchSize: 64, learningRate: 0.02, decayFactor: 0.3, weightDecay: 0.005 },
};

/**
 * The protocol of `dataset` (a name as the registry spells it) with `overrides` in place of its own values.
 * `decayAfter` defaults to after epochs ⌊E/3⌋ and ⌊2E/3⌋, `checkpoints` to epoch 1, every 5th and the last.
 * Throws for a data set without a protocol, an unknown key, and a value that is not what its key needs.
 */
export function resolveProtocol(dataset: string, overrides: ProtocolOverrides = {}): Protocol {
  if (!Object.hasOwn(PRESETS, dataset)) {
    throw new Error(
      `no protocol for the data set "${dataset}": expected one of ${Object.keys(PRESETS).join(", ")}`,
    );
  }
  const chosen = { ...DEFAULTS, ...PRESETS[dataset], ...definedOnly(overrides) };
  const { decayAfter = thirds(chosen.epochs), checkpoints = everyFifth(chosen.epochs) } = chosen;
  const result = v.safeParse(ProtocolSchema, { dataset, ...chosen, decayAfter, checkpoints });
  if (!result.success) throw new Error(inOptions(result.issues[0]));
  requireSound(result.output);
  return result.output;
}

/** The same protocol with what is stated in place of its own values. Throws where that is no protocol. */
export function changed(protocol: Protocol, overrides: ProtocolOverrides): Protocol {
  const result = v.safeParse(ProtocolSchema, { ...protocol, ...definedOnly(overrides) });
  if (!result.success) throw new Error(inOptions(result.issues[0]));
  requireSound(result.output);
  return result.output;
}

/** Names of the hyper-parameters in which two protocols differ. */
export function differences(a: Protocol, b: Protocol): (keyof Protocol)[] {
  const keys = Object.keys(ProtocolSchema.entries) as (keyof Protocol)[];
  return keys.filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}

/** What is wrong with a protocol, in the words of the option that gives it; an unknown key is named as it stands. */
function inOptions(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "";
  const [key] = path.split(".") as [string];
  if (!Object.hasOwn(PROTOCOL_OPTIONS, key)) return `protocol: ${explain(issue)}`;
  return explain(issue).replace(path, PROTOCOL_OPTIONS[key as keyof Protocol]);
}

function thirds(epochs: number): number[] {
  const after = [Math.floor(epochs / 3), Math.floor((2 * epochs) / 3)];
  return [...new Set(after)].filter((epoch) => epoch > 0);
}

function everyFifth(epochs: number): number[] {
  const all = Array.from({ length: epochs }, (_, i) => i + 1);
  return all.filter((epoch) => epoch === 1 || epoch % 5 === 0 || epoch === epochs);
}

/** Throws, in the words of the options, where values that are right by themselves do not fit each other. */
export function requireSound({ model, epochs, decayAfter, checkpoints, momentum, seed }: Protocol): void {
  if (!RESNETS.includes(model as ResNetName)) {
    throw new Error(`${PROTOCOL_OPTIONS.model}: expected one of ${RESNETS.join(", ")}, found "${model}"`);
  }
  requireEpochs(PROTOCOL_OPTIONS.decayAfter, decayAfter, epochs - 1, epochs);
  requireEpochs(PROTOCOL_OPTIONS.checkpoints, checkpoints, epochs, epochs);
  if (checkpoints.length === 0) {
    throw new Error(`${PROTOCOL_OPTIONS.checkpoints}: expected at least one epoch, found none`);
  }
  if (momentum >= 1) {
    throw new Error(`${PROTOCOL_OPTIONS.momentum}: expected a number from 0 to below 1, found ${momentum}`);
  }
  if (seed > MAX_SEED) {
    throw new Error(`${PROTOCOL_OPTIONS.seed}: expected a whole number up to ${MAX_SEED}, found ${seed}`);
  }
}

function requireEpochs(option: string, list: readonly number[], last: number, epochs: number): void {
  const wrong = list.findIndex((epoch, i) => epoch > last || (i > 0 && epoch <= list[i - 1]!));
  if (wrong < 0) return;
  throw new Error(
    `${option}: expected ascending epochs from 1 to ${last} in a run of ${epochs} epochs, found ${
      list.join(", ")
    }`,
  );
}

type Stated = { [K in keyof ProtocolOverrides]: Exclude<ProtocolOverrides[K], undefined> };

function definedOnly(overrides: ProtocolOverrides): Partial<Stated> {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
}
