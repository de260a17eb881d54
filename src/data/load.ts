/** Loads data sets. */
import { findExisting, findOrDownload, type Places } from "./copies.ts";
import { type Dataset, digestOf } from "./dataset.ts";
import { DATASETS, resolveName } from "./registry.ts";
import { checkSelection, select, type Selection } from "./selection.ts";
import type { Source, Splits } from "./source.ts";

/** What {@link loadDataset} needs to know: where to look, and what to take. */
export interface LoadOptions extends Places, Selection {}

/**
 * Loads a data set: from `data` where that is given, or else from the cache, from where a system's package puts it,
 * or from its publisher.
 *
 * @param name as the registry has it, in any case
 * @throws if the name is unknown, files are missing, damaged or not what they should be, a download fails, or a
 * class has too few images for what is asked of it. The message says what was expected and what was found.
 */
export async function loadDataset(name: string, options: LoadOptions): Promise<Dataset> {
  const known = resolveName(name);
  return await loadSource(known, DATASETS[known]!, options);
}

/** Loads a source that need not be registered. */
export async function loadSource(name: string, source: Source, options: LoadOptions): Promise<Dataset> {
  const { files, read: _read, other: _other, ...facts } = source;
  if (files === undefined && options.data !== undefined) {
    throw new Error(`${name} is drawn by code: expected no folder with data, found ${options.data}`);
  }
  checkSelection(facts.classes, options);
  const { train, test } = select(await readSplits(source, options), facts.classes, options);
  return { name, ...facts, ...partOf(facts, options), train, test, digest: digestOf(train, test) };
}

/** What is known of the classes that are kept. */
function partOf(
  { classNames: names, superclasses }: Pick<Source, "classNames" | "superclasses">,
  { classes }: Selection,
): Partial<Pick<Source, "classes" | "classNames" | "superclasses">> {
  if (classes === undefined) return {};
  return {
    classes: classes.length,
    ...names && { classNames: classes.map((label) => names[label]!) },
    ...superclasses && { superclasses: classes.map((label) => superclasses[label]!) },
  };
}

async function readSplits({ files, read, other }: Source, options: LoadOptions): Promise<Splits> {
  if (files === undefined) return await read([], options.perClass);
  if (other === undefined) return await read(await findOrDownload(files, options));
  const there = await findExisting(files, options);
  if (there !== null) return await read(there);
  const others = await findExisting(other.files, options);
  if (others !== null) return await other.read(others);
  return await read(await findOrDownload(files, options, other.files));
}
