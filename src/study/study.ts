/** A study: its file, its cells, and the folder of its runs. */
import { readTextIfThere } from "../files.ts";
import { datasetAsked } from "../run/asked.ts";
import { RUNS_FOLDER } from "../run/places.ts";
import { type Cell, cellsOf, type ResolveProtocol } from "./cells.ts";
import { parseStudy, type StudyFile } from "./file.ts";
import { strangers } from "./state.ts";

export interface Study {
  readonly file: StudyFile;
  readonly cells: readonly Cell[];
  /** Folder of all runs. */
  readonly runs: string;
  /** Of its runs, a folder a cell. */
  readonly folder: string;
}

/**
 * Reads a study. Throws one line that names the place where the file is no study, and where its folder holds cells that
 * the file does not have: then it is a study of another version of the file.
 */
export async function openStudy(path: string, resolve: ResolveProtocol, runs = RUNS_FOLDER): Promise<Study> {
  const text = await readTextIfThere(path);
  if (text === null) throw new Error(`expected the file of a study in ${path}, found none`);
  const file = parseStudy(text, path);
  const { name: dataset, options: images } = datasetAsked(file.dataset, {});
  const cells = cellsOf(
    { ...file, dataset },
    (name, options) => resolve(name, { ...images, ...options }),
  );
  const folder = `${runs}/${file.name}`;
  const [unknown, ...more] = await strangers(folder, cells);
  if (unknown !== undefined) {
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    throw new Error(
      `expected in ${folder} the cells of ${path} alone, found ${unknown}${others}; put the values back, ` +
        "or give the study another name",
    );
  }
  return { file: { ...file, dataset: images.images ?? dataset }, cells, runs, folder };
}
