/** Finds a data set's files in the folders where they may be, or downloads them into the cache. */
import { join } from "node:path";
import { download, type OnProgress } from "./download.ts";
import { lockFolder, type OnWait } from "./lock_folder.ts";
import { unpack } from "./unpack.ts";

/** A file at its publisher's. */
export interface Remote {
  readonly file: string;
  /** Addresses of the folders that hold it, with their final slash, tried in order. */
  readonly from: readonly string[];
  /** 32 lower-case hex digits. */
  readonly md5: string;
}

/** The files of a data set, and where they are to be had. */
export interface FileSet {
  readonly files: readonly string[];
  /** What may follow each name, e.g. ".gz"; the first that exists is taken. */
  readonly suffixes: readonly string[];
  /** Folder of the files in the cache. */
  readonly folder: string;
  /** Other names that this folder has where people keep several data sets together. */
  readonly otherFolders?: readonly string[];
  /** Absolute paths where a system's package puts the files. */
  readonly systemFolders?: readonly string[];
  /** One archive that holds `folder`, or the files one by one. */
  readonly remote: { readonly archive: Remote } | { readonly files: readonly Remote[] };
}

/** The files alone, where no publisher has them. */
export type FilePlaces = Omit<FileSet, "remote">;

/** Where to look for files. */
export interface Places {
  /** A folder with an existing copy, or a folder that holds the set's folder. Only this one is then looked at. */
  readonly data?: string | undefined;
  /** Folder for downloads; made when needed. */
  readonly cache: string;
  readonly onProgress?: OnProgress | undefined;
  readonly onWait?: OnWait | undefined;
}

/**
 * Paths of the set's files, in the order of `set.files`. `other` has been looked for in vain, which the error says.
 *
 * @throws if `data` does not hold them all, or they cannot be downloaded.
 */
export async function findOrDownload(
  set: FileSet,
  places: Places,
  other?: FilePlaces,
): Promise<string[]> {
  const { data, cache, onProgress, onWait } = places;
  if (data !== undefined) return await findIn(data, set, other);
  const cached = join(cache, set.folder);
  for (const folder of [cached, ...set.systemFolders ?? []]) {
    const { paths, missing } = await look(folder, set);
    if (missing.length === 0) return paths;
  }
  try {
    using _lock = await lockFolder(cached, onWait);
    // Another process may have brought them meanwhile.
    const { paths, missing } = await look(cached, set);
    if (missing.length === 0) return paths;
    await downloadInto(cache, set, onProgress);
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : error}; an existing copy can be given with --data DIR`,
    );
  }
  return (await look(cached, set)).paths;
}

/** Paths of the set's files where `data`, or else the cache, holds them all; null where it does not. */
export async function findExisting(
  set: FilePlaces,
  { data, cache }: Pick<Places, "data" | "cache">,
): Promise<string[] | null> {
  const { paths, missing } = await bestLook(data ?? cache, set);
  return missing.length === 0 ? paths : null;
}

/** The folder that lacks the fewest files: `data` itself, or the set's folder in it. */
async function bestLook(data: string, set: FilePlaces): ReturnType<typeof look> {
  const folders = [set.folder, ...set.otherFolders ?? []];
  const looks = await Promise.all(
    [data, ...folders.map((folder) => join(data, folder))].map((folder) => look(folder, set)),
  );
  return looks.reduce((a, b) => (b.missing.length < a.missing.length ? b : a));
}

async function findIn(data: string, set: FileSet, other: FilePlaces | undefined): Promise<string[]> {
  const folders = [set.folder, ...set.otherFolders ?? []];
  const best = await bestLook(data, set);
  if (best.missing.length === 0) return best.paths;
  await requireFolder(data);
  const found = best.paths.length === 0
    ? `none of them${other ? `, nor ${other.files.join(", ")} in ${other.folder}` : ""}`
    : `${best.folder} without ${best.missing.join(", ")}`;
  throw new Error(
    `${data}: expected the files ${set.files.join(", ")}, there or in its folder ${
      folders.join(" or ")
    }; found ${found}`,
  );
}

async function requireFolder(data: string): Promise<void> {
  const isFolder = await Deno.stat(data).then(({ isDirectory }) => isDirectory, (error) => {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  });
  if (isFolder) return;
  const found = isFolder === null ? "nothing there" : "a file";
  throw new Error(`${data}: expected a folder with the files of a data set, found ${found}`);
}

/** Which of the set's files a folder has. */
async function look(
  folder: string,
  { files, suffixes }: FilePlaces,
): Promise<{ folder: string; paths: string[]; missing: string[] }> {
  const paths: string[] = [];
  const missing: string[] = [];
  for (const file of files) {
    const path = await firstExisting(suffixes.map((suffix) => join(folder, file + suffix)));
    if (path === null) missing.push(file);
    else paths.push(path);
  }
  return { folder, paths, missing };
}

async function firstExisting(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    }
  }
  return null;
}

async function downloadInto(
  cache: string,
  { remote, folder, files }: FileSet,
  onProgress: OnProgress | undefined,
): Promise<void> {
  const target = join(cache, folder);
  if ("archive" in remote) {
    const archive = await downloadRemote(remote.archive, cache, onProgress);
    await unpack(archive, target, files);
    await Deno.remove(archive);
    return;
  }
  for (const file of remote.files) await downloadRemote(file, target, onProgress);
}

async function downloadRemote(
  { file, from, md5 }: Remote,
  folder: string,
  onProgress: OnProgress | undefined,
): Promise<string> {
  const path = join(folder, file);
  await download({ urls: from.map((address) => address + file), md5, path, onProgress });
  return path;
}
