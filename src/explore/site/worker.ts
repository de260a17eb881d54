/** Measures the features that a reader dropped on the page, an epoch a request, and writes their report. */
import "./buffer.ts";
import configuration from "../../../deno.json" with { type: "json" };
import { measure } from "../../collapse/measure.ts";
import { definitionsPage } from "../../report/definitions_page.ts";
import { readingOf } from "../../report/report.ts";
import { metricsText } from "../../run/metrics.ts";
import type { Measurement, TrustRecord } from "../../run/tables.ts";
import { trustOf } from "../../run/trust.ts";
import { blobStore } from "./blob_store.ts";
import { type EpochInput, inputOf } from "./inputs.ts";

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
  let last: EpochInput | undefined;
  for (const { epoch, files } of epochs) {
    const stores = files.map((file) => blobStore(file.webkitRelativePath || file.name, file));
    const what = stores.map(({ path }) => path).join(", ");
    scope.postMessage({ progress: `measuring ${what}` });
    last = await inputOf(
      stores,
      ({ split, rows, count }) =>
        scope.postMessage({ progress: `measuring ${what}: ${split} samples, ${rows} of ${count}` }),
    );
    const { values, outcomes } = await measure(last.input);
    measurements.push({ epoch, values });
    checkpoints.push(trustOf(epoch, outcomes));
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
