/** Measures the features that a reader dropped on the page, an epoch a request, and writes their report. */
import "./buffer.ts";
import configuration from "../../../deno.json" with { type: "json" };
import { arraySource } from "../../collapse/array_source.ts";
import { measure } from "../../collapse/measure.ts";
import type { FeatureSource } from "../../collapse/source.ts";
import type { TensorData } from "../../formats/tensor.ts";
import { definitionsPage } from "../../report/definitions_page.ts";
import { readingOf } from "../../report/report.ts";
import { metricsText } from "../../run/metrics.ts";
import type { Measurement, TrustRecord } from "../../run/tables.ts";
import { trustOf } from "../../run/trust.ts";
import { readArrays } from "./arrays.ts";

/** Files of one epoch. */
export interface EpochFiles {
  readonly epoch: number;
  readonly files: readonly File[];
}

/** What the page is told: how far it is, and in the end the texts to be shown and saved, or why there are none. */
export type Said =
  | { readonly progress: string }
  | { readonly error: string }
  | { readonly html: string; readonly csv: string; readonly json: string };

/** Links to the other pages of a report, which is alone here. */
const NAVIGATION = /<nav class="top".*?<\/nav>/s;

type Arrays = ReadonlyMap<string, TensorData>;

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<readonly EpochFiles[]>) => void;
  postMessage(said: Said): void;
};

scope.onmessage = async ({ data }) => {
  try {
    scope.postMessage(await report(data));
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};

async function report(epochs: readonly EpochFiles[]): Promise<Said> {
  const measurements: Measurement[] = [];
  const checkpoints: TrustRecord["checkpoints"][number][] = [];
  let last: { samples: string; classes: number; width: number } | undefined;
  for (const { epoch, files } of epochs) {
    scope.postMessage({ progress: `measuring ${files.map(({ name }) => name).join(", ")}` });
    const { input, about } = inputOf(await arraysOf(files));
    const { values, outcomes } = await measure(input);
    measurements.push({ epoch, values });
    checkpoints.push(trustOf(epoch, outcomes));
    last = about;
  }
  const { samples, classes, width } = last!;
  const trust: TrustRecord = { format: 1, width, checkpoints };
  const run = {
    name: "Your features",
    samples,
    classes,
    epochs: epochs.map(({ epoch }) => epoch),
    mode: "Features were measured as they were exported.",
    lines: [["Measured", samples], ["Versions", `this tool ${configuration.version}`]] as const,
    command: "",
    started: new Date().toISOString(),
  };
  scope.postMessage({ progress: "writing the report" });
  const { families, input: { context, view, rows } } = readingOf(run, measurements, [], trust);
  const metrics = Object.keys(measurements[0]!.values);
  return {
    html: definitionsPage({
      families,
      context,
      rows,
      view,
      epochs: run.epochs,
      trusted: true,
      script: null,
    }).replace(NAVIGATION, ""),
    csv: metricsText({ metrics, measurements }),
    json: JSON.stringify({ ...run, measurements, trust }, null, 2),
  };
}

async function arraysOf(files: readonly File[]): Promise<Arrays> {
  const found = new Map<string, TensorData>();
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    for (const [name, array] of await readArrays(file.name, bytes)) found.set(name, array);
  }
  return found;
}

function inputOf(
  arrays: Arrays,
): {
  input: Parameters<typeof measure>[0];
  about: { samples: string; classes: number; width: number };
} {
  const features = arrays.get("train_features");
  const labels = arrays.get("train_labels");
  if (!features || !labels) {
    throw new Error(
      `expected arrays named train_features and train_labels, found ${
        [...arrays.keys()].join(", ") || "none"
      }`,
    );
  }
  const weight = arrays.get("weight");
  const width = features.shape[1] ?? 0;
  if (features.shape.length !== 2 || weight && weight.shape.length !== 2) {
    throw new Error("expected features of samples × width and a weight of classes × width");
  }
  const classes = weight?.shape[0] ?? numbersOf(labels).reduce((most, label) => Math.max(most, label), 0) + 1;
  const source = (split: string): FeatureSource | null => {
    const [own, its] = [arrays.get(`${split}_features`), arrays.get(`${split}_labels`)];
    return own && its
      ? arraySource({ features: floatsOf(own, split), labels: numbersOf(its), width, classes })
      : null;
  };
  const bias = arrays.get("bias");
  const train = source("train")!;
  const test = source("test");
  const classifier = weight
    ? { weight: floatsOf(weight, "weight"), bias: bias ? floatsOf(bias, "bias") : null }
    : null;
  const samples = `${train.count} training${test ? `, ${test.count} test` : ""} samples`;
  return { input: { train, test, classifier }, about: { samples, classes, width } };
}

function floatsOf({ data, dtype }: TensorData, name: string): Float32Array | Float64Array {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new Error(`${name}: expected numbers of float16, float32 or float64, found ${dtype}`);
}

function numbersOf({ data }: TensorData): Int32Array {
  return Int32Array.from(data as ArrayLike<number | bigint>, Number);
}
