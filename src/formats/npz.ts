/**
 * NumPy's .npz files: a zip with a .npy file an array, stored (numpy.savez) or deflated (numpy.savez_compressed).
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 */
import { FormatError, quote } from "./error.ts";
import type { ZipEntry } from "./zip_directory.ts";

/** Deflate makes of one byte at most so many (https://zlib.net/zlib_tech.html). */
const MOST_DEFLATED = 1032;
/** Blocks of deflate that hold nothing else end in so many bytes at most. */
const SLACK = 64;

/** The array that each entry holds by its name; entries of other kinds are passed over. Throws FormatError. */
export function arrayEntries(entries: readonly ZipEntry[]): Map<string, ZipEntry> {
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
