/** What was asked and what ran, as a table: everything that decides the numbers of a run. */
import type { LogRow } from "../run/tables.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { protocolRows } from "../experiment/words.ts";
import { formatCount, formatDuration, formatValue } from "./format.ts";
import { type Html, html } from "./html.ts";
import { isElsewhere, type Reported } from "./reported.ts";

export function protocolTable(run: Reported, log: readonly LogRow[]): Html {
  const lines = (isElsewhere(run) ? run.lines : protocolLines(run, log)).map(([name, value]) =>
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
    ["Dataset digest (SHA-256)", html`<code>${dataset.digest}</code>`],
    ...protocolRows(protocol, formatValue),
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
    ...(seconds > 0 ? [["Training time", formatDuration(seconds)] as [string, string]] : []),
  ];
}

function threadsIn({ threads }: Pick<RunRecord, "threads">): string {
  return `${threads} ${threads === 1 ? "thread" : "threads"}`;
}

function versionsIn({ versions: { tool, deno, libtorch } }: Pick<RunRecord, "versions">): string {
  return `this tool ${tool}, Deno ${deno}, libtorch ${libtorch}`;
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
