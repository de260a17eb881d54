/**
 * How time and memory of measuring and of training grow with images, feature width, classes and batch size:
 * `deno run -P=bench bench/growth.ts` writes bench/results/growth.json, .svg and .png in two or three minutes.
 */
import { Command } from "@commander-js/extra-typings";
import { wholeNumber } from "../src/cli/options.ts";
import { writeWhole } from "../src/files.ts";
import { renderPng, renderSvg } from "../src/report/render.ts";
import { describeConditions } from "./conditions.ts";
import { type Experiment, type FeaturesInput, type ImagesInput, OURS } from "./experiments.ts";
import { growthChart, type GrowthPoint } from "./growth_chart.ts";
import { type ImageSource, loadSource } from "./inputs.ts";
import type { Conditions } from "./result.ts";
import { runExperiment } from "./run.ts";
import { spread } from "./statistics.ts";

const MEASURING = { task: "measure", train: 8000, test: 1000, width: 256, classes: 10 } as const;
const TRAINING = { task: "train", model: "resnet18", classes: 10, images: 1024, batch: 128 } as const;

/** Each varies one size and leaves the others as above. */
const STUDY: readonly { work: GrowthPoint["work"]; grows: string; inputs: readonly Experiment["input"][] }[] =
  [
    { work: "measuring", grows: "images", inputs: vary(MEASURING, "train", [4000, 8000, 16_000, 32_000]) },
    { work: "measuring", grows: "feature width", inputs: vary(MEASURING, "width", [128, 256, 512, 1024]) },
    { work: "measuring", grows: "classes", inputs: vary(MEASURING, "classes", [10, 20, 40, 80]) },
    { work: "training", grows: "images", inputs: vary(TRAINING, "images", [1024, 2048, 4096, 8192]) },
    { work: "training", grows: "batch size", inputs: vary(TRAINING, "batch", [32, 64, 128, 256]) },
    { work: "training", grows: "classes", inputs: vary(TRAINING, "classes", [10, 20, 40, 80]) },
  ];

const REPETITIONS = 3;
const SECONDS = 0.5;
const FILE = `${import.meta.dirname}/results/growth`;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const { threads } = new Command("growth")
    .option("--threads <n>", "CPU threads", wholeNumber({ min: 1 }), 2)
    .parse(Deno.args, { from: "user" }).opts();
  const conditions = await describeConditions({ device: "cpu", threads });
  const source = await loadSource({ data: undefined, images: 8192 });
  const points: GrowthPoint[] = [];
  for (const { work, grows, inputs } of STUDY) {
    console.error(`${work}: ${grows}`);
    for (const input of inputs) {
      points.push({ work, grows, ...await measurePoint(input, source, conditions) });
    }
  }
  await Deno.mkdir(`${import.meta.dirname}/results`, { recursive: true });
  await writeWhole(`${FILE}.json`, `${JSON.stringify({ ...conditions, points }, null, 2)}\n`);
  const svg = renderSvg(growthChart(points));
  await writeWhole(`${FILE}.svg`, svg);
  await writeWhole(`${FILE}.png`, await renderPng(svg));
}

/** Time and memory at one size, in a process of its own. */
async function measurePoint(
  input: Experiment["input"],
  source: ImageSource,
  conditions: Conditions,
): Promise<Omit<GrowthPoint, "work" | "grows">> {
  const experiment = {
    id: "growth",
    work: "growth",
    unit: "images",
    input,
    contenders: [OURS],
    claims: [],
  } as const;
  const options = {
    repetitions: REPETITIONS,
    seconds: SECONDS,
    productRate: 0,
    source,
    device: "cpu",
    conditions,
  };
  const { contenders } = await runExperiment(experiment, options);
  const { rates, peakBytes } = contenders[0]!;
  return { input, seconds: unitsOf(input) / spread(rates).median, peakBytes };
}

/** Units of what the study times: one measurement, or one epoch, whose time follows from the images a second. */
function unitsOf(input: Experiment["input"]): number {
  return input.task === "measure" ? 1 : input.images;
}

function vary<Input extends FeaturesInput | ImagesInput>(
  input: Input,
  size: keyof Input,
  values: readonly number[],
): Input[] {
  return values.map((value) => ({ ...input, [size]: value }));
}
