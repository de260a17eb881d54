/** reports/index.html: all reports there are, newest run first, each with where it stands. */
import { readTextIfThere, writeWhole } from "../files.ts";
import { readMetrics } from "../run/metrics.ts";
import { runPaths } from "../run/paths.ts";
import { readRun } from "../run/run_json.ts";
import type { Measurement } from "../run/tables.ts";
import { htmlDocument } from "./document.ts";
import { readElsewhere } from "./elsewhere_file.ts";
import { deciding, figuresOf } from "./figures.ts";
import { formatPercent, formatValue } from "./format.ts";
import { whole } from "./headline.ts";
import { type Html, html } from "./html.ts";
import { epochsOf, isElsewhere, type Reported } from "./reported.ts";
import { beginWords, contextOf } from "./terminal.ts";

export interface ListedReport {
  /** Name of its folder. */
  readonly name: string;
  readonly run: Reported;
  /** Ascending by epoch, not empty. */
  readonly measurements: readonly Measurement[];
}

/** Lists the reports in `folder` that hold a page, metrics.csv, and run.json or measured.json. Others are passed over. */
export async function writeReportsIndex(folder: string): Promise<void> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) if (isDirectory) names.push(name);
  const reports = (await Promise.all(names.map((name) => readReport(folder, name)))).filter((one) =>
    one !== null
  );
  await writeWhole(`${folder}/index.html`, reportsIndex(reports));
}

/** The whole document. */
function reportsIndex(reports: readonly ListedReport[]): string {
  const newest = reports.toSorted((a, b) =>
    b.run.started.localeCompare(a.run.started) || a.name.localeCompare(b.name)
  );
  return htmlDocument(
    "Reports on neural collapse",
    html`
      <header>
        <h1>Reports on neural collapse</h1>
      </header>
      <section aria-label="Reports">
        <p>One report a run, the latest first: whether its last layer collapses once training error is gone, and how far.
        Smaller is nearer to collapse; zero is perfect.</p>
        <div class="wide-table" tabindex="0">
          <table class="values listed">
            <thead>
              <tr><th scope="col">Report</th><th scope="col">Folder</th><th scope="col">Measured</th><th
                scope="col">Terminal phase</th>${COLUMNS.map(({ title }) =>
                  html`<th scope="col" class="number">${title}</th>`
                )}</tr>
            </thead>
            <tbody>${newest.map(line)}</tbody>
          </table>
        </div>
      </section>
    `,
  );
}

/** What is told of a run's last checkpoint. */
const COLUMNS = [
  { title: "Test accuracy", column: "test_accuracy", format: formatPercent },
  { title: "Spread inside classes", column: "within_class_variation", format: formatValue },
  { title: "Distance from the widest angles", column: "maxangle_means", format: formatValue },
  { title: "Distance of classifier and class means", column: "self_duality", format: formatValue },
] as const;

function line({ name, run, measurements }: ListedReport): Html {
  const { network, dataset, phase } = contextOf(run, [], measurements);
  const { epoch, values } = measurements.at(-1)!;
  const figures = figuresOf(measurements);
  return html`
    <tr>
      <th scope="row"><a href="${encodeURIComponent(name)}/index.html">${whole(network)} on ${whole(
        dataset,
      )}</a></th>
      <td data-run="Folder">${name}</td>
      <td data-run="Measured">epoch ${epoch} of ${Math.max(epoch, epochsOf(run))}</td>
      <td data-run="Terminal phase">${beginWords(phase)}</td>
      ${COLUMNS.map(({ title, column, format }) =>
        html`<td class="number" data-run="${title}">${format(values[deciding(column, figures)])}</td>`
      )}
    </tr>
  `;
}

/** Null for what is no readable report; a folder that a person put there is not an error. */
async function readReport(folder: string, name: string): Promise<ListedReport | null> {
  const at = `${folder}/${name}`;
  if (await readTextIfThere(`${at}/index.html`) === null) return null;
  try {
    const run = await readRun(runPaths(at)) ?? await readElsewhere(at);
    if (run === null) return null;
    const epochs = isElsewhere(run) ? run.epochs : run.protocol.training.checkpoints;
    const table = await readMetrics(`${at}/metrics.csv`, epochs);
    if (table === null || table.measurements.length === 0) return null;
    return { name, run, measurements: table.measurements.toSorted((a, b) => a.epoch - b.epoch) };
  } catch {
    return null;
  }
}
