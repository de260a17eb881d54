/** What a path of a person's own images holds: folders of files, .npy files or parquet files. */
import { basename, join } from "node:path";
import { folderPictures, folderSource } from "./folder.ts";
import { npyPictures, npySource } from "./npy.ts";
import type { OwnPart, OwnSource } from "./own_source.ts";
import { type ParquetFiles, parquetPictures, parquetSource } from "./parquet.ts";
import { filesBelow } from "./walk.ts";

/** What there is, before any image is read. */
export interface FoundImages {
  /** For titles: the name of the folder or of the first file. */
  readonly title: string;
  readonly open: () => Promise<OwnSource>;
  /** The images alone, whatever they show: the test images where they are told from others, else all. */
  readonly pictures: () => Promise<OwnPart>;
  /** All files that count, in a fixed order, each with its size and when it was changed. */
  readonly files: readonly string[];
}

/**
 * Looks at `path`: a folder, a .parquet file, or files with commas between them. Throws where it is none of these, or not
 * there.
 */
export async function findImages(path: string): Promise<FoundImages> {
  const parts = path.split(",").map((part) => part.trim());
  for (const part of parts) await requireThere(part);
  const title = basename(parts[0]!).replace(/\.(npy|parquet)$/, "");
  const endIn = (ending: string) => parts.every((part) => part.endsWith(ending));
  if (endIn(".npy")) {
    const pictures = () => npyPictures(parts.length === 4 ? parts[2]! : parts[0]!);
    return { title, open: () => npySource(parts), pictures, files: await described(parts) };
  }
  if (endIn(".parquet")) {
    if (parts.length > 2) {
      throw new Error(
        `${path}: expected TRAIN.parquet or TRAIN.parquet,TEST.parquet, found ${parts.length} files`,
      );
    }
    const [train, ...test] = parts as [string, ...string[]];
    return { title, ...await parquetFound({ train: [train], test }) };
  }
  if (parts.length > 1 || !(await Deno.stat(path)).isDirectory) {
    throw new Error(
      `${path}: expected a folder with a folder of images for each class, IMAGES.npy,LABELS.npy or a .parquet file`,
    );
  }
  const parquet = await parquetIn(path);
  if (parquet !== null) return { title, ...await parquetFound(parquet) };
  const files = await described(await filesBelow(path));
  return { title, open: () => folderSource(path), pictures: () => folderPictures(path), files };
}

async function parquetFound(paths: ParquetFiles): Promise<Omit<FoundImages, "title">> {
  const { train, test } = paths;
  return {
    open: () => parquetSource(paths),
    pictures: () => parquetPictures(test.length > 0 ? test : train),
    files: await described([...train, ...test]),
  };
}

/** Hugging Face's names: train-00000-of-00004.parquet, test-…, validation-…, in the folder or in its folder `data`. */
async function parquetIn(folder: string): Promise<{ train: string[]; test: string[] } | null> {
  for (const place of [folder, join(folder, "data")]) {
    const names = (await namesIn(place)).filter((name) => name.endsWith(".parquet"));
    if (names.length === 0) continue;
    const beginning = (part: string) =>
      names.filter((name) => name.startsWith(part)).map((name) => join(place, name));
    const train = beginning("train");
    if (train.length === 0) {
      throw new Error(
        `${place}: expected parquet files that begin with train, found ${names.slice(0, 3).join(", ")}`,
      );
    }
    const test = beginning("test");
    return { train, test: test.length > 0 ? test : beginning("val") };
  }
  return null;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

async function described(paths: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const path of paths) {
    const { size, mtime } = await Deno.stat(path);
    lines.push(`${path} ${size} ${mtime?.getTime() ?? 0}`);
  }
  return lines;
}

async function requireThere(path: string): Promise<void> {
  try {
    await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${path}: expected images of your own there, found no such file or folder`);
  }
}
