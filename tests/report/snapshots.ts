/**
 * Snapshots of what the report draws, named after what draws it. After an intended change, rewrite them and look at them:
 * deno run --allow-read=. --allow-write=tests/report/snapshots tests/report/snapshots.ts
 */
import type { Measurement } from "../../src/run/tables.ts";
import { chart } from "../../src/report/chart.ts";
import { compareDefinitions } from "../../src/report/comparison.ts";
import { definitionsPage } from "../../src/report/definitions_page.ts";
import { FIGURES } from "../../src/report/figures.ts";
import { overview } from "../../src/report/overview.ts";
import { page } from "../../src/report/page.ts";
import { renderSvg } from "../../src/report/render.ts";
import { contextOf, lastStretch } from "../../src/report/terminal.ts";
import { LOG, MEASUREMENTS, RUN } from "./synthetic_run.ts";

export const SNAPSHOTS = new URL("./snapshots/", import.meta.url);

/** Content of every snapshot by file name. */
export function drawSnapshots(): Map<string, string> {
  const context = contextOf(RUN, LOG, MEASUREMENTS);
  const drawn = new Map<string, string>();
  for (const figure of FIGURES) {
    drawn.set(`${figure.file}.svg`, renderSvg(chart(figure, MEASUREMENTS, context)));
  }
  drawn.set("overview.svg", overview(MEASUREMENTS, context));
  // The pictures have snapshots of their own; in the page they are left out.
  const pictures = new Map(
    [...FIGURES.map((figure) => figure.file), "overview"].map((file) => [file, "<svg></svg>"]),
  );
  const dataFiles = ["metrics.csv", "log.csv"];
  drawn.set(
    "index.html",
    page({
      run: RUN,
      measurements: MEASUREMENTS,
      log: LOG,
      trust: null,
      families: familiesOf(MEASUREMENTS),
      context,
      pictures,
      dataFiles,
    }),
  );
  drawn.set("definitions.html", drawDefinitions());
  return drawn;
}

function familiesOf(measurements: readonly Measurement[]) {
  const window = lastStretch(contextOf(RUN, LOG, measurements).phase);
  return compareDefinitions({ measurements, trust: null, classes: RUN.dataset.classes, window });
}

/** The page of definitions on every fifth checkpoint, which keeps its curves short. */
function drawDefinitions(): string {
  const measurements = MEASUREMENTS.filter((_, i) => i % 5 === 0);
  const context = contextOf(RUN, LOG, measurements);
  const families = familiesOf(measurements);
  return definitionsPage({
    families,
    context,
    epochs: measurements.map(({ epoch }) => epoch),
    trusted: false,
  });
}

if (import.meta.main) {
  await Deno.mkdir(SNAPSHOTS, { recursive: true });
  for (const [name, content] of drawSnapshots()) await Deno.writeTextFile(new URL(name, SNAPSHOTS), content);
}
