/** Every loss with every optimizer, classifier and both choices of what decays, and augmented images, beside plain PyTorch in float64. */
import { ok } from "node:assert/strict";
import { lastLayerOf, USUAL_CLASSIFIER } from "../../src/experiment/architecture.ts";
import type { Protocol } from "../../src/experiment/parts.ts";
import { lossLine, meets, waysToChange } from "../../src/experiment/recipe.ts";
import { readState, saveStateDict } from "../../src/engine/checkpoint.ts";
import { Features } from "../../src/ffi/features.ts";
import { Images } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import type { Buffer } from "../../src/ffi/network.ts";
import { Trainer } from "../../src/ffi/trainer.ts";
import { decodeStateDict } from "../../src/formats/pth.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import { withClassifier } from "../../src/models/classifier.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { Plan } from "../../src/models/plan.ts";
import { encodeReads } from "../../src/models/reads.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { withTemporaryFolder } from "../support.ts";
import {
  encodeRecipe,
  gradientsOf,
  largestOf,
  nativeTest,
  networkOf,
  noiseImages,
  type Recipe,
  relativeError,
  scrambledOrder,
  trainerOf,
} from "./native.ts";

const REFERENCE = new URL("./recipes.py", import.meta.url);
const SHAPE = [3, 4, 4] as const;
const BATCH = 8;
/** How many steps, and the one from which on the learning rate is half of what it was. */
const LONG = { steps: 20, slowerFrom: 12 };
/** What optimizers, classifiers and decay do over many steps they do with one loss; with others a few show them together. */
const SHORT = { steps: 6, slowerFrom: 3 };
const CLASSES = 5;
const LEARNING_RATES = { sgd: 0.05, sgdw: 0.05, adam: 0.002, adamw: 0.002, muon: 0.02 };

const LOSSES: Recipe["loss"][] = [
  { kind: "cross_entropy", labelSmoothing: 0 },
  { kind: "cross_entropy", labelSmoothing: 0.1 },
  { kind: "focal", gamma: 2 },
  { kind: "focal", gamma: 0.5 },
  { kind: "mse", scale: 1, target: 1 },
  { kind: "mse", scale: 5, target: 3 },
];
/** AdamW's rate is a part of Muon's here. */
const MUON = { kind: "muon", adamwLearningRate: 0.1, betas: [0.9, 0.99], eps: 1e-7 } as const;
const OPTIMIZERS: Recipe["optimizer"][] = [
  { kind: "sgd", momentum: 0.9, nesterov: false },
  { kind: "sgd", momentum: 0.9, nesterov: true },
  { kind: "sgdw", momentum: 0.9, nesterov: false },
  { kind: "sgdw", momentum: 0.9, nesterov: true },
  { kind: "adam", betas: [0.9, 0.999], eps: 1e-8 },
  { kind: "adamw", betas: [0.8, 0.99], eps: 1e-6 },
  { ...MUON, momentum: 0.95, nesterov: true, muonOn: "hidden", adjustLearningRate: "original" },
];
const BESIDE_NEAREST = [OPTIMIZERS[0]!, OPTIMIZERS[4]!];
const USUAL = USUAL_CLASSIFIER;
/** With how much the features decay. */
const CLASSIFIERS: { classifier: Protocol["classifier"]; featureDecay: number }[] = [
  { classifier: USUAL, featureDecay: 0 },
  { classifier: USUAL, featureDecay: 0.1 },
  { classifier: { ...USUAL, noBias: true }, featureDecay: 0 },
  { classifier: { ...USUAL, width: 3 }, featureDecay: 0.1 },
  { classifier: { ...USUAL, noBias: true, width: 6, temperature: 0.5 }, featureDecay: 0 },
  { classifier: { ...USUAL, kind: "etf", scale: 2 }, featureDecay: 0.05 },
  {
    classifier: { ...USUAL, kind: "etf", scale: 1, noBias: true, width: 4, temperature: 0.5 },
    featureDecay: 0,
  },
  { classifier: { kind: "nearest-etf", width: null, temperature: null }, featureDecay: 0.05 },
  { classifier: { kind: "nearest-etf", width: 6, temperature: 0.5 }, featureDecay: 0 },
];
type TinyRecipe = Recipe & (typeof CLASSIFIERS)[number];

const RECIPES: TinyRecipe[] = LOSSES.flatMap((loss) =>
  OPTIMIZERS.flatMap((optimizer) =>
    (["all", "weights"] as const).flatMap((decayOn) =>
      CLASSIFIERS.filter(({ classifier }) =>
        // Which has no parameter that an optimizer moves.
        classifier.kind !== "nearest-etf" || (decayOn === "all" && BESIDE_NEAREST.includes(optimizer))
      ).map((last) => (
        {
          loss,
          optimizer,
          decayOn,
          weightDecay: 0.01,
          activations: "float64" as const,
          graphs: true,
          ...last,
        }
      ))
    )
  )
);

/** Images cut out of their padding and mirrored: with more padding than image beside it, and with none. */
const AUGMENTED: TinyRecipe[] = [0, 1, 5].map((padding) => (
  { ...RECIPES[0]!, augmentation: { kind: "crop-flip" as const, padding } }
));
/** Muon's other choices, which no loss knows of. */
const OTHER_MUON: TinyRecipe[] = RECIPES.filter(({ loss, optimizer }) =>
  loss === LOSSES[0] && optimizer.kind === "muon"
).map((recipe) => ({
  ...recipe,
  optimizer: {
    ...MUON,
    momentum: 0.8,
    nesterov: false,
    muonOn: "weights" as const,
    adjustLearningRate: "match_rms_adamw" as const,
  },
}));
const CASES = [...RECIPES, ...AUGMENTED, ...OTHER_MUON];

/**
 * Three convolutions down to one position, where only the middle tap of the last kernel meets data, and a hidden layer that
 * reads each channel four times.
 */
function tinyPlan(classifier = USUAL_CLASSIFIER as Protocol["classifier"]): Plan {
  const net = new NetworkBuilder();
  const conv = (input: string, index: number, stride: number) => {
    const map = net.conv2d(input, `conv${index}`, { channels: 32, kernel: 3, padding: 1, stride });
    return net.batchNorm2d(map, `bn${index}`);
  };
  const first = net.plain("relu", "relu1", conv("input", 1, 2));
  const second = net.plain("relu", "relu2", conv(first, 2, 2));
  const third = net.plain("relu", "relu3", net.plain("add", "sum", conv(second, 3, 1), second));
  const spread = net.plain("flatten", "flat", net.adaptiveAvgPool2d(third, "pool", 2));
  net.linear(net.plain("relu", "relu4", net.linear(spread, "hidden", 12)), "fc", CLASSES);
  return makePlan(withClassifier(net.build("tiny", CLASSES), lastLayerOf(classifier)), SHAPE);
}

function courseOf({ loss }: Recipe): typeof LONG {
  return loss === LOSSES[0] ? LONG : SHORT;
}

/** Every way in turn, in an order of their own; null where images stay as they are. */
function changesOf({ augmentation = { kind: "none" } }: Recipe, order: readonly number[]): number[] | null {
  const ways = waysToChange({ augmentation });
  return ways === 1 ? null : order.map((_, i) => (i * 37) % ways);
}

/** What {@link CASES} reach: under the names of recipes.py. */
async function ours(
  library: Library,
  recipe: TinyRecipe,
  initial: StateDict,
  data: Images,
): Promise<StateDict> {
  const text = encodeRecipe(recipe);
  const { steps, slowerFrom } = courseOf(recipe);
  const images = scrambledOrder({ batch: BATCH, steps });
  const order = BigInt64Array.from(images, BigInt);
  const plan = rewritePlan(tinyPlan(recipe.classifier), (precondition) => meets(text, precondition));
  using network = networkOf(library, plan);
  for (const [name, { data }] of initial) network.write(name, data as Buffer);
  const result: StateDict = new Map();
  const number = (value: number) => ({ dtype: "float64" as const, shape: [], data: Float64Array.of(value) });
  {
    using trainer = Trainer.create(library, network, data, text);
    result.set(
      "loss",
      number(await trainer.differentiate(order.slice(0, BATCH))),
    );
    for (const [name, value] of gradientsOf(trainer, plan, "float64")) result.set(`gradient.${name}`, value);
  }
  for (const [name, { data }] of initial) network.write(name, data as Buffer);
  using trainer = Trainer.create(library, network, data, text);
  const learningRate = LEARNING_RATES[recipe.optimizer.kind];
  const changed = changesOf(recipe, images);
  const changes = changed && BigInt64Array.from(changed, BigInt);
  for (
    const [firstStep, end, part] of [[0, 1, 1], [1, slowerFrom, 1], [slowerFrom, steps, 0.5]] as const
  ) {
    const call = { batchSize: BATCH, firstStep, steps: end - firstStep, learningRate: learningRate * part };
    await trainer.run(order, { ...call, changes });
  }
  trainer.flush();
  for (const [name, value] of readState(trainer)) {
    if (name === "steps" || name === "lazy_decay.map" || name.startsWith("live.")) continue;
    result.set(`after.${name}`, value);
  }
  const reads = encodeReads(plan, lossLine(recipe.loss), [{ value: "logits", form: "flattened" }]);
  const [logits] = await Features.extractAll(library, network, data, reads, { batchSize: 5 });
  result.set("evaluated", number(logits!.totals!.loss));
  logits!.free();
  return result;
}

testWithOracle(
  "each loss, optimizer, classifier, choice of what decays, and augmentation: loss, gradients, parameters and state equal PyTorch's",
  async (t) => {
    using library = Library.open();
    library.setThreads(1);
    const images = noiseImages(2 * BATCH, { shape: SHAPE, classes: CLASSES });
    using data = Images.create(library, images);
    const initial = CLASSIFIERS.map(({ classifier }) => {
      using fresh = networkOf(library, tinyPlan(classifier));
      return readState(fresh);
    });
    const starts = CASES.map(({ classifier }) =>
      CLASSIFIERS.findIndex((one) => one.classifier === classifier)
    );
    let expected: StateDict | undefined;
    await withTemporaryFolder(async (folder) => {
      const { shape, classes, mean, std } = images;
      const job = {
        shape,
        classes,
        mean,
        std,
        batch: BATCH,
        recipes: CASES.map((recipe, number) => {
          const { steps, slowerFrom } = courseOf(recipe);
          const order = scrambledOrder({ batch: BATCH, steps });
          return { ...recipe, start: starts[number], order, slowerFrom, changes: changesOf(recipe, order) };
        }),
        learning_rates: LEARNING_RATES,
      };
      await Deno.writeTextFile(`${folder}/job.json`, JSON.stringify(job));
      for (const [start, state] of initial.entries()) {
        await saveStateDict(`${folder}/state${start}.pth`, state);
      }
      await Deno.writeFile(`${folder}/pixels.bin`, images.pixels);
      await Deno.writeFile(`${folder}/labels.bin`, new Uint8Array(images.labels.buffer));
      await runOracle(await Deno.readTextFile(REFERENCE), [folder]);
      expected = decodeStateDict(await Deno.readFile(`${folder}/result.pth`));
    });
    for (const [number, recipe] of CASES.entries()) {
      const { loss, optimizer, decayOn, classifier, featureDecay, augmentation } = recipe;
      const words = [augmentation, loss, optimizer, classifier].map((part) => JSON.stringify(part)).join(
        ", ",
      );
      await t.step(`${words}, decay on ${decayOn}, of features ${featureDecay}`, async () => {
        const found = await ours(library, recipe, initial[starts[number]!]!, data);
        const theirs = [...expected!].filter(([name]) => name.startsWith(`${number}.`));
        const errors = theirs.map(([name, { data }]) => {
          const mine = found.get(name.slice(`${number}.`.length));
          ok(mine !== undefined, name);
          return relativeError(mine.data, data);
        });
        ok(theirs.length === found.size, `${theirs.length} values of PyTorch's, ${found.size} of ours`);
        const error = largestOf(errors);
        ok(error < 1e-10, `relative error ${error}`);
      });
    }
  },
  ["write", "ffi"],
);

nativeTest(
  "in float32, and with bfloat16 activations, every optimizer steps as in float64, up to rounding",
  async (library) => {
    using data = Images.create(library, noiseImages(2 * BATCH, { shape: SHAPE, classes: CLASSES }));
    for (const optimizer of OPTIMIZERS) {
      const reached = async (precision: "float32" | "float64", activations: Recipe["activations"]) => {
        using network = networkOf(library, tinyPlan(), precision);
        const options = { optimizer, weightDecay: 0.01, decayOn: "weights", activations } as const;
        using trainer = trainerOf(library, network, data, options);
        const steps = { batchSize: BATCH, firstStep: 0, steps: 2, learningRate: 1e-3 };
        await trainer.run(
          BigInt64Array.from(scrambledOrder({ batch: BATCH, steps: 3 }).slice(0, 2 * BATCH), BigInt),
          steps,
        );
        trainer.flush();
        return Float64Array.from(readState(network).get("fc.weight")!.data as Float32Array);
      };
      const exact = await reached("float64", "float64");
      const error = relativeError(await reached("float32", "float32"), exact);
      ok(error < 1e-4, `${optimizer.kind}: ${error}`);
      const narrow = relativeError(await reached("float32", "bfloat16"), exact);
      ok(1e-9 < narrow && narrow < 0.05, `${optimizer.kind}, bfloat16: ${narrow}`);
    }
  },
);
