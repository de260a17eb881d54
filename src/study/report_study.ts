/** Writes what a study came to: study.csv beside its runs, its page, and a page of the chosen cells' curves. */
import { makeFolder, writeWhole } from "../files.ts";
import { readGroups, writeComparison } from "../report/compare_runs.ts";
import { readPageScript } from "../report/page_script.ts";
import { reportFolder } from "../run/places.ts";
import { studyPage } from "./page.ts";
import { type CellResult, chosenGroups, groupsOf, studyTable } from "./results.ts";
import { pathsOfCell } from "./state.ts";
import type { Study } from "./study.ts";

/** Chosen cells whose curves are drawn: of further ones there are too many to tell apart. */
const DRAWN = 40;

/** Returns the paths of the table and of the page; null for the page where no cell was measured. */
export async function reportStudy(
  study: Study,
  results: readonly CellResult[],
): Promise<{ table: string; page: string | null }> {
  const { file, folder } = study;
  const table = `${folder}/study.csv`;
  await makeFolder(folder);
  await writeWhole(table, studyTable(file.axes, results));
  if (results.every(({ last }) => Object.keys(last).length === 0)) return { table, page: null };
  const report = reportFolder(file.name);
  const curves = await writeCurves(study, results);
  await makeFolder(report);
  const page = `${report}/index.html`;
  await writeWhole(page, studyPage(study, results, { curves, code: await readPageScript() }));
  return { table, page };
}

/** Compares the chosen cells, seeds as bands. Returns the path from the study's page; null where there is one curve only. */
async function writeCurves({ file, folder }: Study, results: readonly CellResult[]): Promise<string | null> {
  const cells = chosenGroups(groupsOf(results), file.metric).flatMap((group) => group.results)
    .filter(({ last }) => Object.keys(last).length > 0).slice(0, DRAWN);
  if (cells.length < 2) return null;
  const groups = await readGroups(cells.map(({ cell }) => pathsOfCell(folder, cell).folder));
  await writeComparison(`${file.name}/curves`, groups);
  return "curves/index.html";
}
