/** The Markdown tables of all results, and their place in a file. */
import { type Claim, type DeviceKind, type Experiment, EXPERIMENTS } from "./experiments.ts";
import { medianSeconds, type Pages, slowestAnswer } from "./pages.ts";
import type { Conditions, ContenderResult, Result } from "./result.ts";
import { ratio, type Spread, spread } from "./statistics.ts";
import type { WholeRun } from "./whole_run.ts";

export const MARKERS = ["<!-- bench:start -->", "<!-- bench:end -->"] as const;

interface Row {
  readonly work: string;
  readonly against: string;
  readonly ours?: string;
  readonly theirs?: string;
  readonly ratio?: string;
  readonly target?: string;
  readonly floor?: string;
}

const HEAD: Required<Row> = {
  work: "work",
  against: "against",
  ours: "ours",
  theirs: "theirs",
  ratio: "ratio (range)",
  target: "target",
  floor: "floor: products alone",
};
const COLUMNS = Object.keys(HEAD) as (keyof Row)[];
const NOT_MEASURED = "not measured";
/** What is named in captions, by its key among a result's versions. */
const PROGRAMS = [["torch", "PyTorch"], ["deno", "Deno"], ["chromium", "Chromium"]] as const;
const WHOLE_RUN_MINUTES = 8;
/** What the rows of pages are called before they are measured. */
const [CHECKPOINTS, COMPARED] = [350, 500];

/** A row with what was measured, and under what; null where nothing was. */
interface Measured {
  readonly row: Row;
  readonly caption: string | null;
}

/**
 * Tables for the CPU and for the GPU, one for each combination of machine, versions and date under which rows were
 * measured. Of what was not measured, the rows with a target are shown as such.
 */
export function formatTables(
  results: readonly Result[],
  wholeRun: WholeRun | null,
  pages: Pages | null,
): string {
  const cpu = section("CPU", "cpu", results, pageRows(pages));
  const gpu = section("GPU", "cuda", results, [wholeRunRow(wholeRun)]);
  return `\n${cpu}\n\n${gpu}\n\n`;
}

/** `text` with `tables` in place of what is between the markers. Throws where they are missing. */
export function replaceTables(text: string, tables: string, path: string): string {
  const [start, end] = MARKERS.map((marker) => text.indexOf(marker)) as [number, number];
  if (start < 0 || end < start) throw new Error(`expected ${MARKERS.join(" … ")} in ${path}, found none`);
  return `${text.slice(0, start + MARKERS[0].length)}\n${tables}${text.slice(end)}`;
}

function section(
  title: string,
  device: DeviceKind,
  results: readonly Result[],
  more: readonly Measured[],
): string {
  const here = results.filter((result) => result.device === device);
  const measured = EXPERIMENTS.flatMap((experiment): Measured[] => {
    const result = here.find((candidate) => candidate.experiment === experiment.id);
    const claims = experiment.claims.filter(({ target }) => result !== undefined || device in target);
    const caption = result === undefined ? null : captionOf(result, result);
    return claims.map((claim) => ({ row: rowOf(experiment, claim, device, result), caption }));
  });
  const tables = Map.groupBy([...measured, ...more], ({ caption }) => caption);
  return [`**${title}**`, ...[...tables].map(([caption, rows]) => tableOf(caption, rows))].join("\n\n");
}

function tableOf(caption: string | null, rows: readonly Measured[]): string {
  const rule = Object.fromEntries(COLUMNS.map((column) => [column, "---"])) as Required<Row>;
  const table = [HEAD, rule, ...rows.map(({ row }) => row)].map(line).join("\n");
  return caption === null ? table : `${caption}\n\n${table}`;
}

function rowOf(
  { work, unit, contenders }: Experiment,
  { against, quantity, target }: Claim,
  device: DeviceKind,
  result: Result | undefined,
): Row {
  const memory = quantity === "memory";
  const goal = target[device];
  const row = {
    work: memory ? `${work}: peak memory` : `${work}, ${unit}/s`,
    against: contenders.find(({ id }) => id === against)!.title,
    ...goal !== undefined && { target: `${memory ? "≤" : "≥"} ${goal}×` },
  };
  if (result === undefined) return { ...row, ours: NOT_MEASURED };
  const [ours, theirs] = ["ours", against].map((id) => result.contenders.find((one) => one.id === id)!);
  return { ...row, ...(memory ? compareMemory(ours!, theirs!) : compareSpeed(ours!, theirs!, result)) };
}

function compareSpeed(
  ours: ContenderResult,
  theirs: ContenderResult,
  { floor }: Result,
): Pick<Row, "ours" | "theirs" | "ratio" | "floor"> {
  const [mine, other] = [spread(ours.rates).median, spread(theirs.rates).median];
  const row = {
    ours: digits(mine),
    theirs: digits(other),
    ratio: ratioText(ratio(ours.rates, theirs.rates)),
  };
  if (floor === null) return row;
  const bound = floor.productRate / floor.multiplyAdds;
  return { ...row, floor: `${digits(bound)}; ours reaches ${Math.round(100 * mine / bound)} % of it` };
}

function compareMemory(
  ours: ContenderResult,
  theirs: ContenderResult,
): Pick<Row, "ours" | "theirs" | "ratio"> {
  const [mine, other] = [ours.peakBytes, theirs.peakBytes];
  if (mine === null || other === null) return { ours: NOT_MEASURED };
  return { ours: gibibytes(mine), theirs: gibibytes(other), ratio: `${digits(mine / other)}×` };
}

function wholeRunRow(run: WholeRun | null): Measured {
  const row = {
    work: "the whole CIFAR-10 experiment: 350 epochs, 71 measurements",
    against: "the clock",
    target: `< ${WHOLE_RUN_MINUTES} min`,
  };
  if (run === null) return { row: { ...row, ours: NOT_MEASURED }, caption: null };
  const { trainSeconds, validateSeconds } = run;
  const [total, train, validate] = [trainSeconds + validateSeconds, trainSeconds, validateSeconds]
    .map((seconds) => `${(seconds / 60).toFixed(1)} min`);
  return {
    row: { ...row, ours: `${total} (training ${train}, measuring ${validate})` },
    caption: captionOf(run, run),
  };
}

/** Pages in a browser; no other program draws the same. */
function pageRows(found: Pages | null): Measured[] {
  const runs = found?.runs ?? COMPARED;
  const [report, compare] = [
    `a report of ${found?.checkpoints ?? CHECKPOINTS} checkpoints, all columns`,
    `${runs} runs compared`,
  ];
  const rows: [work: string, against: string, target: string, ours: (pages: Pages["pages"]) => string][] = [
    [`${report}: index.html`, "its size", "< 2 MB", ({ report }) => megabytes(report.bytes)],
    [`${report}: definitions.html`, "its size", "< 2 MB", ({ definitions }) => megabytes(definitions.bytes)],
    [
      `${report}: the pointer is answered, 99 times of 100`,
      "the clock",
      "< 50 ms",
      ({ report, definitions }) =>
        `${digits(Math.max(slowestAnswer(report), slowestAnswer(definitions)))} ms`,
    ],
    [
      `${compare}: the page opens`,
      "the clock",
      "< 5 s",
      ({ compare }) => `${digits(medianSeconds(compare))} s`,
    ],
    [
      `${compare}: it is written, with its pictures`,
      "the clock",
      "< 30 s",
      ({ compare }) => `${digits(compare.writeSeconds)} s`,
    ],
  ];
  const caption = found && captionOf(found);
  return rows.map(([work, against, target, ours]) => ({
    row: { work, against, target, ours: found === null ? NOT_MEASURED : ours(found.pages) },
    caption,
  }));
}

/** On what, with what, when. */
function captionOf(
  { machine, threads, versions, date }: Conditions,
  { data, floor }: { readonly data?: string; readonly floor?: Result["floor"] } = {},
): string {
  const programs = PROGRAMS.filter(([key]) => versions[key] !== undefined);
  return [
    ...machine.gpu === null ? [] : [machine.gpu],
    `${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB`,
    `${threads} ${threads === 1 ? "thread" : "threads"}`,
    programs.map(([key, name]) => `${name} ${versions[key]}`).join(", "),
    ...data === undefined ? [] : [data],
    ...floor ? [`large products ${digits(floor.productRate / 1e9)} G multiply-adds/s`] : [],
    date.slice(0, "2026-01-01".length),
  ].join("; ");
}

function ratioText({ median, low, high }: Spread): string {
  return `${digits(median)}× (${digits(low)}–${digits(high)})`;
}

/** Three significant digits, without an exponent. */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

function line(row: Row): string {
  return `| ${COLUMNS.map((column) => row[column] ?? "").join(" | ")} |`;
}
