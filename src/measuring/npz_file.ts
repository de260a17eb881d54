/** The arrays of a .npz file on disk: its directory and the headers of its arrays are read, no elements. */
import { inFile } from "../formats/error.ts";
import { arrayEntries } from "../formats/npz.ts";
import {
  dataStart,
  directoryPlace,
  localHeaderSize,
  readEntries,
  requireApart,
  ZIP_TAIL,
  type ZipEntry,
} from "../formats/zip_directory.ts";
import { FormatError } from "../formats/error.ts";
import { type EntryPlace, readAt } from "./byte_reader.ts";

/** A directory of more bytes than a hundred thousand arrays need is none. */
const MAX_DIRECTORY = 2 ** 24;

/** The entry of each array by name, and where its bytes lie. Throws FormatError, naming the file. */
export async function npzEntries(
  file: Deno.FsFile,
  size: number,
  path: string,
): Promise<Map<string, EntryPlace>> {
  const tail = await readAt(file, Math.max(0, size - ZIP_TAIL), Math.min(size, ZIP_TAIL), path);
  const place = inFile(path, () => directoryPlace(tail, size));
  const { start, end } = place;
  if (end - start > MAX_DIRECTORY) {
    throw new FormatError(
      `${path}: expected a directory of at most ${MAX_DIRECTORY} bytes, found ${end - start}`,
    );
  }
  const directory = await readAt(file, start, end - start, path);
  const entries = inFile(path, () => arrayEntries(readEntries(directory, place)));
  const found = new Map<string, EntryPlace>();
  for (const [name, entry] of entries) {
    const header = await readAt(file, entry.start, localHeaderSize(entry), path);
    found.set(name, { ...entry, start: inFile(path, () => dataStart(entry, header, start)) });
  }
  inFile(path, () => requireApart([...entries].map(([name, entry]) => span(entry, found.get(name)!))));
  return found;
}

function span(entry: ZipEntry, place: EntryPlace): { name: string; start: number; end: number } {
  return { name: entry.name, start: entry.start, end: place.start + place.packed };
}
