/** What pages weigh, how long they take to be written and to open in Chromium, and how soon they answer the pointer. */
import { readTextIfThere, writeWhole } from "../src/files.ts";
import { groupRuns } from "../src/report/compare.ts";
import { writeComparison } from "../src/report/compare_runs.ts";
import { readPageScript } from "../src/report/page_script.ts";
import { writeReport } from "../src/report/report.ts";
import { EVERY_EPOCH, largeRun, manyRuns } from "../tests/report/large_inputs.ts";
import { framesAt } from "../tests/report/synthetic_frames.ts";
import { LOG, RUN } from "../tests/report/synthetic_run.ts";
import type { Opened } from "./pages/browser.ts";
import type { Conditions } from "./result.ts";
import { spread } from "./statistics.ts";

const RESULT = `${import.meta.dirname}/results/pages.json`;

/** Pages by what is in the table. */
export const PAGES = ["report", "definitions", "compare"] as const;
export type PageName = (typeof PAGES)[number];

export interface MeasuredPage {
  readonly bytes: number;
  /** Of the page with the pictures beside it. */
  readonly writeSeconds: number;
  /** Of each repetition. */
  readonly openSeconds: readonly number[];
  /** Milliseconds, of all repetitions. */
  readonly answers: readonly number[];
}

export interface Pages extends Conditions {
  readonly checkpoints: number;
  readonly columns: number;
  readonly runs: number;
  readonly pages: Readonly<Record<PageName, MeasuredPage>>;
}

/** A report of every epoch with every column, and runs compared. `quick` writes and opens a few runs once. */
export async function measurePages(
  conditions: Conditions,
  { repetitions, quick }: { readonly repetitions: number; readonly quick: boolean },
): Promise<Pages> {
  const runs = quick ? 30 : 500;
  const { measurements, trust } = largeRun();
  const folder = await Deno.makeTempDir();
  const before = Deno.cwd();
  Deno.chdir(folder);
  try {
    const script = await readPageScript();
    if (script === null) {
      throw new Error("expected the script of the pages in build/, found none; run deno task ready");
    }
    const reportSeconds = await time(() =>
      writeReport(`${folder}/report`, {
        run: RUN,
        measurements,
        log: LOG,
        trust,
        frames: framesAt(EVERY_EPOCH, null),
        script,
      })
    );
    const compareSeconds = await time(() => writeComparison("many", groupRuns(manyRuns(runs))));
    const paths: Readonly<Record<PageName, string>> = {
      report: `${folder}/report/index.html`,
      definitions: `${folder}/report/definitions.html`,
      compare: `${folder}/reports/many/index.html`,
    };
    const turns: Opened[][] = [];
    for (let i = 0; i < repetitions; i++) turns.push(await openInBrowser(PAGES.map((name) => paths[name])));
    const pages = await Promise.all(PAGES.map(async (name, at): Promise<[PageName, MeasuredPage]> => [name, {
      bytes: (await Deno.stat(paths[name])).size,
      writeSeconds: name === "compare" ? compareSeconds : reportSeconds,
      openSeconds: turns.map((opened) => opened[at]!.openSeconds),
      answers: turns.flatMap((opened) => opened[at]!.answers),
    }]));
    return {
      ...conditions,
      versions: { ...conditions.versions, deno: Deno.version.deno, chromium: turns[0]![0]!.version },
      checkpoints: EVERY_EPOCH.length,
      columns: Object.keys(measurements[0]!.values).length,
      runs,
      pages: Object.fromEntries(pages) as Pages["pages"],
    };
  } finally {
    Deno.chdir(before);
    await Deno.remove(folder, { recursive: true });
  }
}

export async function writePages(pages: Pages): Promise<void> {
  await writeWhole(RESULT, `${JSON.stringify(pages, null, 2)}\n`);
}

export async function readPages(): Promise<Pages | null> {
  const text = await readTextIfThere(RESULT);
  return text === null ? null : JSON.parse(text);
}

/** Milliseconds within which all but one in a hundred answers came. */
export function slowestAnswer({ answers }: MeasuredPage): number {
  return answers.toSorted((a, b) => a - b)[Math.ceil(0.99 * answers.length) - 1]!;
}

export function medianSeconds({ openSeconds }: MeasuredPage): number {
  return spread(openSeconds).median;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** In a process of its own: the browser's driver looks at files of the system that --allow-all opens alone. */
async function openInBrowser(paths: readonly string[]): Promise<Opened[]> {
  const script = `${import.meta.dirname}/pages/browser.ts`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "--no-check", script, ...paths],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
