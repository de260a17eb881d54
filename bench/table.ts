/** The Markdown tables of all results, and their place in a file. */
import { type Claim, type DeviceKind, type Experiment, EXPERIMENTS } from "./experiments.ts";
import { medianSeconds, type Pages, slowestAnswer } from "./pages.ts";
import type { ContenderResult, Result } from "./result.ts";
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
const WHOLE_RUN_MINUTES = 8;
/** What the rows of pages are called before they are measured. */
const [CHECKPOINTS, COMPARED] = [350, 500];

/** A table for the CPU and one for the GPU. Of what was not measured, the rows with a target are shown as such. */
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
  more: readonly Row[],
): string {
  const here = results.filter((result) => result.device === device);
  const rows = EXPERIMENTS.flatMap((experiment) => {
    const result = here.find((candidate) => candidate.experiment === experiment.id);
    const claims = experiment.claims.filter(({ target }) => result !== undefined || device in target);
    return claims.map((claim) => rowOf(experiment, claim, device, result));
  });
  const rule = Object.fromEntries(COLUMNS.map((column) => [column, "---"])) as Required<Row>;
  const table = [HEAD, rule, ...rows, ...more].map(line).join("\n");
  return [`**${title}**`, ...captions(here), "", table].join("\n");
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

function wholeRunRow(run: WholeRun | null): Row {
  const row = {
    work: "the whole CIFAR-10 experiment: 350 epochs, 71 measurements",
    against: "the clock",
    target: `< ${WHOLE_RUN_MINUTES} min`,
  };
  if (run === null) return { ...row, ours: NOT_MEASURED };
  const { trainSeconds, validateSeconds } = run;
  const [total, train, validate] = [trainSeconds + validateSeconds, trainSeconds, validateSeconds]
    .map((seconds) => `${(seconds / 60).toFixed(1)} min`);
  return { ...row, ours: `${total} (training ${train}, measuring ${validate})` };
}

/** Pages in a browser; no other program draws the same. */
function pageRows(found: Pages | null): Row[] {
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
  return rows.map(([work, against, target, ours]) => ({
    work,
    against,
    target,
    ours: found === null ? NOT_MEASURED : ours(found.pages),
  }));
}

/** On what, with what, when; one line for each combination that occurs. */
function captions(results: readonly Result[]): string[] {
  const lines = results.map(({ machine, threads, versions, date, data, floor }) =>
    [
      ...machine.gpu === null ? [] : [machine.gpu],
      `${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB`,
      `${threads} ${threads === 1 ? "thread" : "threads"}`,
      `PyTorch ${versions.torch}, Deno ${versions.deno}`,
      data,
      ...floor === null ? [] : [`large products ${digits(floor.productRate / 1e9)} G multiply-adds/s`],
      date.slice(0, "2026-01-01".length),
    ].join("; ")
  );
  return [...new Set(lines)].map((line) => `\n${line}`);
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
