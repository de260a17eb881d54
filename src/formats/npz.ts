/**
 * NumPy's .npz files: a zip with a .npy file an array, stored (numpy.savez) or deflated (numpy.savez_compressed).
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 */
import type { EntryPlace } from "./byte_reader.ts";
import { type ByteStore, type OpenStore, readAt } from "./byte_store.ts";
import { FormatError, inFile, quote } from "./error.ts";
import {
  dataStart,
  directoryPlace,
  localHeaderSize,
  readEntries,
  requireApart,
  ZIP_TAIL,
  type ZipEntry,
} from "./zip_directory.ts";

/** Deflate makes of one byte at most so many (https://zlib.net/zlib_tech.html). */
const MOST_DEFLATED = 1032;
/** Blocks of deflate that hold nothing else end in so many bytes at most. */
const SLACK = 64;

/** A directory of more bytes than a hundred thousand arrays need is none. */
const MAX_DIRECTORY = 2 ** 24;

/**
 * The entry of each array by name, and where its bytes lie: the directory and the headers of entries are read, no
 * elements. Entries of other kinds are passed over. Throws FormatError, naming the file.
 */
export async function npzEntries(opened: OpenStore, store: ByteStore): Promise<Map<string, EntryPlace>> {
  const { size } = opened;
  const { path } = store;
  const tail = await readAt(opened, Math.max(0, size - ZIP_TAIL), Math.min(size, ZIP_TAIL), store);
  const place = inFile(path, () => directoryPlace(tail, size));
  const { start, end } = place;
  if (end - start > MAX_DIRECTORY) {
    throw new FormatError(
      `${path}: expected a directory of at most ${MAX_DIRECTORY} bytes, found ${end - start}`,
    );
  }
  const directory = await readAt(opened, start, end - start, store);
  const entries = inFile(path, () => readEntries(directory, place));
  const starts = new Map<ZipEntry, number>();
  // Those that are no arrays, too: an array whose name was damaged would be left out in silence.
  for (const entry of entries) {
    const header = await readAt(opened, entry.start, localHeaderSize(entry), store);
    starts.set(entry, inFile(path, () => dataStart(entry, header, start)));
  }
  inFile(path, () => requireApart(entries.map((entry) => span(entry, starts.get(entry)!))));
  const arrays = inFile(path, () => arrayEntries(entries));
  return new Map([...arrays].map(([name, entry]) => [name, { ...entry, start: starts.get(entry)! }]));
}

function span({ name, start, packed }: ZipEntry, data: number): { name: string; start: number; end: number } {
  return { name, start, end: data + packed };
}

/** The array that each entry holds by its name. Throws FormatError. */
function arrayEntries(entries: readonly ZipEntry[]): Map<string, ZipEntry> {
  const arrays = entries.filter(({ name }) => name.endsWith(".npy"));
  if (arrays.length === 0) throw new FormatError("expected arrays (.npy) in the .npz file, found none");
  for (const { name, method, packed, size } of arrays) {
    if (method === "deflated" && size > MOST_DEFLATED * packed + SLACK) {
      throw new FormatError(
        `damaged: entry ${quote(name)} says to unpack ${packed} bytes to ${size}, more than deflate can`,
      );
    }
  }
  return new Map(arrays.map((entry) => [entry.name.slice(0, -".npy".length), entry]));
}
