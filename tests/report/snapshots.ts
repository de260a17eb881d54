/**
 * Snapshots of what the report draws, named after what draws it. After an intended change, rewrite them and look at them:
 * deno run --allow-read=. --allow-write=tests/report/snapshots tests/report/snapshots.ts
 */
import type { Measurement } from "../../src/run/tables.ts";
import { definitionsPage } from "../../src/report/definitions_page.ts";
import { picturesBeside } from "../../src/report/definitions_picture.ts";
import { page } from "../../src/report/page.ts";
import { picturesOf, readingOf } from "../../src/report/report.ts";
import { LOG, MEASUREMENTS, RUN } from "./synthetic_run.ts";

export const SNAPSHOTS = new URL("./snapshots/", import.meta.url);

/** Content of every snapshot by file name. */
export function drawSnapshots(): Map<string, string> {
  const { input, families } = readingOf(RUN, MEASUREMENTS, LOG, null);
  const drawn = new Map<string, string>();
  for (const [name, svg] of picturesOf(input, families)) {
    if (name !== "definitions") drawn.set(`${name}.svg`, svg);
  }
  const dataFiles = ["metrics.csv", "log.csv"];
  drawn.set(
    "index.html",
    withoutPictures(page({ run: RUN, log: LOG, input, families, dataFiles, script: null })),
  );
  // On every fifth checkpoint, which keeps curves short.
  drawn.set("definitions.html", drawDefinitions(MEASUREMENTS.filter((_, i) => i % 5 === 0)));
  return drawn;
}

function drawDefinitions(measurements: readonly Measurement[]): string {
  const { input: { context }, families: all } = readingOf(RUN, measurements, LOG, null);
  // What a run has not measured changes with every definition and family that is added.
  const families = all.filter(({ definitions }) => definitions.length > 0)
    .map((family) => ({ ...family, notMeasured: [] }));
  const epochs = measurements.map(({ epoch }) => epoch);
  return withoutPictures(
    definitionsPage({
      families,
      context,
      epochs,
      trusted: false,
      script: null,
      picture: picturesBeside(families, null),
    }),
  );
}

/** The drawings have snapshots of their own, the fonts are a library's. */
function withoutPictures(page: string): string {
  return page.replace(/(<div class="drawing">).*?<\/svg>(?=<\/div>)/gs, "$1").replace(
    /base64,[^)]*/g,
    "base64,",
  );
}

if (import.meta.main) {
  await Deno.mkdir(SNAPSHOTS, { recursive: true });
  for (const [name, content] of drawSnapshots()) await Deno.writeTextFile(new URL(name, SNAPSHOTS), content);
}
