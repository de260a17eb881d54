/** What was asked and what ran, as a table: everything that decides the numbers of a run. */
import type { LogRow } from "../run/tables.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { formatCount, formatValue } from "./format.ts";
import { type Html, html } from "./html.ts";

export function protocolTable(run: RunRecord, log: readonly LogRow[]): Html {
  const lines = protocolLines(run, log).map(([name, value]) =>
    html`
      <tr>
        <th scope="row">${name}</th>
        <td>${value}</td>
      </tr>
    `
  );
  return html`
    <table class="protocol">
      <tbody>
    ${lines}
      </tbody>
    </table>
  `;
}

function protocolLines(
  { protocol, dataset, versions, ...run }: RunRecord,
  log: readonly LogRow[],
): [string, string | Html][] {
  const seconds = log.reduce((sum, row) => sum + row.seconds, 0);
  return [
    [
      "Dataset",
      `${dataset.title} (${dataset.name}), ${dataset.classes} classes, images ${dataset.shape.join(" × ")}`,
    ],
    ["Images", `${formatCount(dataset.trainImages)} train, ${formatCount(dataset.testImages)} test`],
    ...dataset.pixels ? [["Pixels", normalisation(dataset.pixels)] as [string, string]] : [],
    ["Train images a class", protocol.perClass === null ? "all" : formatCount(protocol.perClass)],
    ["Dataset digest (SHA-256)", html`<code>${dataset.digest}</code>`],
    ["Network", `${protocol.model}, ${protocol.stem} stem`],
    ["Epochs", formatCount(protocol.epochs)],
    ["Batch size", formatCount(protocol.batchSize)],
    ["Optimizer", `SGD, momentum ${protocol.momentum}, weight decay ${protocol.weightDecay}`],
    ["Learning rate", learningRate(protocol)],
    ["Precision", protocol.precision],
    ["Seed", String(protocol.seed)],
    ["Checkpoints after epoch", describeSteps(protocol.checkpoints)],
    [
      "Device",
      `${run.device}, ${threadsIn(run)}${run.deterministic ? ", deterministic" : ""}`,
    ],
    ["Versions", versionsIn({ versions })],
    ["Started", moment(run.started)],
    ...(run.resumed ?? []).map((resumption): [string, string] => [
      `From epoch ${resumption.epoch} on`,
      `${resumption.device}, ${threadsIn(resumption)}, ${versionsIn(resumption)}, started ${
        moment(resumption.started)
      }`,
    ]),
    ...(seconds > 0 ? [["Training time", duration(seconds)] as [string, string]] : []),
  ];
}

function threadsIn({ threads }: Pick<RunRecord, "threads">): string {
  return `${threads} ${threads === 1 ? "thread" : "threads"}`;
}

function versionsIn({ versions: { tool, deno, libtorch } }: Pick<RunRecord, "versions">): string {
  return `this tool ${tool}, Deno ${deno}, libtorch ${libtorch}`;
}

function learningRate({ learningRate, decayFactor, decayAfter }: RunRecord["protocol"]): string {
  const rate = formatValue(learningRate);
  if (decayAfter.length === 0) return `${rate}, constant`;
  return `${rate}, × ${decayFactor} after epoch ${decayAfter.join(" and after epoch ")}`;
}

/** "1, 5 to 350 in steps of 5": an ascending list with its even stretches shortened. */
export function describeSteps(epochs: readonly number[]): string {
  const parts: string[] = [];
  let start = 0;
  while (start < epochs.length) {
    const step = epochs[start + 1]! - epochs[start]!;
    let end = start;
    while (end + 1 < epochs.length && epochs[end + 1]! - epochs[end]! === step) end++;
    // A stretch shorter than four is easier to read written out, one by one: the next stretch may start inside it.
    if (end - start >= 3) parts.push(`${epochs[start]} to ${epochs[end]} in steps of ${step}`);
    else end = start, parts.push(String(epochs[start]));
    start = end + 1;
  }
  return parts.join(", ");
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return `${Math.round(seconds)} s`;
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function normalisation({ mean, std }: NonNullable<RunRecord["dataset"]["pixels"]>): string {
  return `(x/255 − mean) / std, mean ${mean.join(", ")}, std ${std.join(", ")}`;
}

/** "24 November 2026, 19:09 UTC"; what is no moment stays as it is. */
function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const words = date.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${words.replace(" at ", ", ")} UTC`;
}
