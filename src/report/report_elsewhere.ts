/** Writes the report of a training elsewhere, from what was measured of it. */
import { dirname } from "node:path";
import { isThere, removePartials } from "../files.ts";
import { metricsText } from "../run/metrics.ts";
import { reportFolder } from "../run/places.ts";
import type { Measurement, TrustRecord } from "../run/tables.ts";
import { trustText } from "../run/trust.ts";
import { ELSEWHERE_FILE, elsewhereText } from "./elsewhere_file.ts";
import { readPageScript } from "./page_script.ts";
import { writeReport } from "./report.ts";
import { writeReportsIndex } from "./reports_index.ts";
import type { Elsewhere } from "./reported.ts";

export interface MeasuredElsewhere {
  readonly subject: Elsewhere;
  /** At least one, each of another epoch, all of the same metrics. */
  readonly measurements: readonly Measurement[];
  readonly trust: TrustRecord;
}

/**
 * Writes reports/<name>/ and the list reports/index.html, and returns the path of its page. Throws, before anything is written, where that folder holds the
 * report of a run.
 */
export async function reportElsewhere(
  name: string,
  { subject, measurements, trust }: MeasuredElsewhere,
): Promise<string> {
  const folder = reportFolder(name);
  await requireNoRun(name);
  const metrics = Object.keys(measurements[0]?.values ?? {});
  const files = new Map([
    ["metrics.csv", metricsText({ metrics, measurements })],
    ["trust.json", trustText(trust)],
    [ELSEWHERE_FILE, elsewhereText(subject)],
  ]);
  await removePartials(folder);
  const script = await readPageScript();
  await writeReport(folder, { run: subject, measurements, log: [], trust, files, script });
  await writeReportsIndex(dirname(folder));
  return `${folder}/index.html`;
}

/** Throws where the report of this name is that of a run, which another measurement may not replace. */
export async function requireNoRun(name: string): Promise<void> {
  const folder = reportFolder(name);
  if (await isThere(`${folder}/run.json`)) {
    throw new Error(`${folder} holds the report of a run: choose another name with --report`);
  }
}
