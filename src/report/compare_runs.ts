/** Compares runs: reads them from here and from elsewhere, groups them, and writes a page or a table of text. */
import { basename } from "node:path";
import { isThere, makeFolder, readIfThere, readTextIfThere, writeWhole } from "../files.ts";
import { inFile } from "../formats/error.ts";
import { readLog } from "../run/log.ts";
import { readMetrics } from "../run/metrics.ts";
import { type RunPaths, runPaths } from "../run/paths.ts";
import { pathsOfRun, reportFolder, RUNS_FOLDER } from "../run/places.ts";
import { readRun } from "../run/run_json.ts";
import type { TrustRecord } from "../run/tables.ts";
import { readTrust } from "../run/trust.ts";
import { chart, type View } from "./chart.ts";
import { comparedRows, type ComparedRun, type Group, groupRuns, settingsOf } from "./compare.ts";
import { columnTitles } from "./column_words.ts";
import { type CompareContent, comparePage } from "./compare_page.ts";
import { compareText } from "./compare_text.ts";
import { readElsewhere } from "./elsewhere_file.ts";
import { embedRuns } from "./embed.ts";
import { drawn, type Figure } from "./figure.ts";
import { figuresOf, inReadingOrder } from "./figures.ts";
import { type ForeignRun, runOfEvents, runsOfCsv } from "./foreign_runs.ts";
import { sheetOf } from "./grid.ts";
import type { PageData } from "./page_data.ts";
import { readPageScript } from "./page_script.ts";
import { only } from "./rows.ts";
import { writePicture } from "./picture_files.ts";
import { renderSvg } from "./render.ts";
import { legendOf, SIZES } from "./tokens.ts";

export interface CompareOptions {
  /** Settings by which runs are one group, in the words of the page; all but the seed where it is left out. */
  readonly by?: readonly string[];
  /** Folder of all runs. */
  readonly runs?: string | undefined;
  readonly signal?: AbortSignal;
}

/** The runs that `places` name, grouped. Throws for a place that holds none, and where fewer than two were found. */
export async function readGroups(
  places: readonly string[],
  { by, runs: all = RUNS_FOLDER, signal }: CompareOptions = {},
): Promise<readonly Group[]> {
  const found: ComparedRun[] = [];
  for (const place of places) {
    signal?.throwIfAborted();
    found.push(...await runsAt(place, all));
  }
  if (found.length < 2) throw new Error(`expected at least two runs to compare, found ${found.length}`);
  const runs = withNamesApart(found);
  const unknown = by?.find((key) => !runs.some((run) => settingsOf(run).has(key)));
  if (unknown !== undefined) {
    const known = [...new Set(runs.flatMap((run) => [...settingsOf(run).keys()]))];
    throw new Error(`--by: expected settings of these runs (${known.join(", ")}), found "${unknown}"`);
  }
  return groupRuns(runs, by);
}

/** What some run has measured at its last checkpoint, and all of the paper's. */
function figuresOfGroups(groups: readonly Group[]): readonly Figure[] {
  return inReadingOrder(
    figuresOf(groups.flatMap(({ runs }) => runs.map(({ measurements }) => measurements.at(-1)!))),
  );
}

/** The table for a terminal. */
export function textOf(groups: readonly Group[]): string {
  const figures = figuresOfGroups(groups);
  return compareText(groups, figures, comparedRows(groups, figures));
}

/** Writes reports/<name>/: the page, and each figure as SVG and PNG. Returns the path of the page. */
export async function writeComparison(name: string, groups: readonly Group[]): Promise<string> {
  const folder = reportFolder(name);
  const code = await readPageScript();
  const { page, figures, rows, view } = comparisonOf(groups, code);
  const legend = legendOf(view.runs);
  await makeFolder(folder);
  for (const figure of figures) {
    const svg = renderSvg(chart(figure, rows, { ...view, size: SIZES.file }));
    const sheet = sheetOf({ svg, title: figure.title, subtitle: named(view.runs), legend }, SIZES.file);
    await writePicture(`${folder}/${figure.file}`, sheet);
  }
  await writeWhole(`${folder}/index.html`, page);
  return `${folder}/index.html`;
}

/** Names that a picture is described by at most. */
const MOST_NAMED = 12;

function named(runs: readonly string[]): string {
  const more = runs.length - MOST_NAMED;
  return more <= 0 ? runs.join(", ") : `${runs.slice(0, MOST_NAMED).join(", ")} and ${more} more`;
}

/** The page of a comparison, and what it and the pictures beside it are drawn from. */
export interface Comparison extends Pick<CompareContent, "figures" | "rows" | "view"> {
  readonly page: string;
}

/** Compares `groups`. `code` is the bundled script of src/explore. */
export function comparisonOf(groups: readonly Group[], code: string | null): Comparison {
  const figures = figuresOfGroups(groups);
  const rows = comparedRows(groups, figures);
  const view = viewOf(groups);
  const script = code === null ? null : { code, data: dataOf(groups, view, figures.map(drawn)) };
  return { page: comparePage({ groups, rows, figures, view, script }), figures, rows, view };
}

function viewOf(groups: readonly Group[]): View {
  const runs = groups.flatMap((group) => group.runs);
  return {
    runs: groups.map(({ name }) => name),
    phases: new Map(groups.map(({ name, phase }) => [name, phase])),
    lastEpoch: Math.max(
      ...runs.map(({ record, measurements }) =>
        Math.max(record?.protocol.training.epochs ?? 0, measurements.at(-1)!.epoch)
      ),
    ),
    steps: [],
    namesPhase: false,
  };
}

/** Many runs embed what the figures draw; few, all that was measured and what trust.json says of it. */
const MANY = 20;

function dataOf(groups: readonly Group[], view: View, figures: PageData["figures"]): PageData {
  const drawn = new Set(figures.flatMap(({ columns }) => columns.map(({ column }) => column)));
  const runs = groups.flatMap(({ name: group, phase, runs }) =>
    runs.map(({ name, measurements, trust }) => ({ name, group, measurements, trust, phase, steps: [] }))
  );
  const embedded = runs.length <= MANY ? runs : runs.map(({ measurements, trust, ...run }) => ({
    ...run,
    measurements: measurements.map((measured) => only(drawn, measured)),
    trust: trust && reasons(drawn, trust),
  }));
  const last = embedded.flatMap(({ measurements }) => measurements.at(-1) ?? []);
  return {
    title: `${groups.length} compared`,
    titles: columnTitles([...new Set(last.flatMap(({ values }) => Object.keys(values)))]),
    ...embedRuns(embedded, figures),
    lastEpoch: view.lastEpoch,
    figures,
    ideals: {},
  };
}

/** Why values are not defined: without tables under the figures there is no place for more. */
function reasons(columns: ReadonlySet<string>, trust: TrustRecord): TrustRecord {
  const checkpoints = trust.checkpoints.map((checkpoint) => ({
    ...checkpoint,
    metrics: Object.fromEntries(
      Object.entries(checkpoint.metrics).flatMap(([column, { undefined: reason }]) =>
        reason === undefined || !columns.has(column) ? [] : [[column, { undefined: reason }]]
      ),
    ),
  }));
  return { ...trust, checkpoints };
}

/** A name in runs/, a folder of a run or a report, a folder of such folders, a CSV, an event file. */
async function runsAt(place: string, all: string): Promise<ComparedRun[]> {
  if (/\.csv$/i.test(place)) {
    const text = await readTextIfThere(place);
    if (text === null) throw new Error(`expected a CSV in ${place}, found none`);
    return inFile(place, () => runsOfCsv(text, basename(place, ".csv"))).map(foreign);
  }
  if (basename(place).includes("tfevents")) {
    const bytes = await readIfThere(place);
    if (bytes === null) throw new Error(`expected an event file in ${place}, found none`);
    return [foreign(inFile(place, () => runOfEvents(bytes, basename(place))))];
  }
  const named = place.includes("/") ? [] : [pathsOfRun(place, all)];
  for (const paths of [...named, runPaths(place.replace(/\/+$/, ""))]) {
    const run = await runIn(paths);
    if (run !== null) return [run];
    if (await isThere(paths.record)) throw unmeasured(paths);
  }
  const inside = await foldersIn(place);
  const runs = (await Promise.all(inside.map((name) => runIn(runPaths(`${place}/${name}`))))).filter((run) =>
    run !== null
  );
  if (runs.length > 0) return runs;
  throw new Error(
    `expected a run in ${all}/, a folder of a run or of a report, a folder of such folders, a CSV or a file of ` +
      `TensorBoard's events with measurements, found none in ${place}`,
  );
}

function unmeasured({ folder: run }: RunPaths): Error {
  const found = "expected measurements to compare, found none of this run yet";
  return new Error(`${run}: ${found}; measure it first with deno task validate ${run}`);
}

/** Null where there is no run, or nothing of it was measured. */
async function runIn(paths: RunPaths): Promise<ComparedRun | null> {
  const record = await isThere(paths.record) ? await readRun(paths) : null;
  if (record === null) return await elsewhereIn(paths);
  const table = await readMetrics(paths.metrics, record.protocol.training.checkpoints);
  if (table === null || table.measurements.length === 0) return null;
  return {
    name: basename(paths.folder),
    record,
    measurements: table.measurements.toSorted((a, b) => a.epoch - b.epoch),
    trust: await readTrust(paths.trust),
    log: await readLog(paths.log, record.protocol),
  };
}

/** What `measure --report` wrote of features or checkpoints from elsewhere; null where there is no such report. */
async function elsewhereIn(paths: RunPaths): Promise<ComparedRun | null> {
  const subject = await readElsewhere(paths.folder);
  const table = subject && await readMetrics(paths.metrics, subject.epochs);
  if (!table) return null;
  const measurements = table.measurements.toSorted((a, b) => a.epoch - b.epoch);
  return {
    name: basename(paths.folder),
    record: null,
    measurements,
    trust: await readTrust(paths.trust),
    log: [],
  };
}

async function foldersIn(place: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(place));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

function foreign({ name, measurements }: ForeignRun): ComparedRun {
  return { name, record: null, measurements, trust: null, log: [] };
}

/** Names that occur twice get a number. */
function withNamesApart(runs: readonly ComparedRun[]): ComparedRun[] {
  const taken = new Set<string>();
  return runs.map((run) => {
    let name = run.name;
    for (let i = 2; taken.has(name); i++) name = `${run.name} (${i})`;
    taken.add(name);
    return { ...run, name };
  });
}
