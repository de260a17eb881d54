/** The arrays of a .npz file on disk: its directory and the headers of its arrays are read, no elements. */
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
import { FormatError, inFile } from "../formats/error.ts";
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
  const entries = inFile(path, () => readEntries(directory, place));
  const starts = new Map<ZipEntry, number>();
  // Those that are no arrays, too: an array whose name was damaged would be left out in silence.
  for (const entry of entries) {
    const header = await readAt(file, entry.start, localHeaderSize(entry), path);
    starts.set(entry, inFile(path, () => dataStart(entry, header, start)));
  }
  inFile(path, () => requireApart(entries.map((entry) => span(entry, starts.get(entry)!))));
  const arrays = inFile(path, () => arrayEntries(entries));
  return new Map([...arrays].map(([name, entry]) => [name, { ...entry, start: starts.get(entry)! }]));
}

function span({ name, start, packed }: ZipEntry, data: number): { name: string; start: number; end: number } {
  return { name, start, end: data + packed };
}
