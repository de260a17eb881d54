/** Unpacks the files that are wanted from a .tar.gz, and nothing else, once all of them are known to be whole. */
import { createReadStream, createWriteStream } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";

/**
 * Writes the `files` that `archive` holds under `basename(folder)/` to `folder`. They go to a temporary sibling
 * first, and are moved once all of them are there. Other entries are skipped.
 *
 * @throws if a wanted file is missing or no plain file, if any entry's name leads out of the archive, if the archive
 * is damaged, or the disk refuses; nothing is then left behind.
 */
export async function unpack(archive: string, folder: string, files: readonly string[]): Promise<void> {
  const temporary = await Deno.makeTempDir({ dir: dirname(folder), prefix: `${basename(folder)}.` });
  try {
    await extractInto(temporary, archive, basename(folder), files);
    await Deno.mkdir(folder, { recursive: true });
    for (const file of files) await Deno.rename(join(temporary, file), join(folder, file));
  } catch (error) {
    throw new Error(`cannot unpack ${archive}: ${error instanceof Error ? error.message : error}`);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

async function extractInto(
  target: string,
  archive: string,
  prefix: string,
  files: readonly string[],
): Promise<void> {
  const entries = extract();
  const missing = new Set(files);
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  const writing = (async () => {
    for await (const entry of entries) {
      const file = wantedName(entry.header, prefix, missing);
      if (file === null) {
        entry.resume();
      } else {
        await pipeline(entry, createWriteStream(join(target, file)));
        missing.delete(file);
      }
    }
  })();
  try {
    await Promise.all([reading, writing]);
  } finally {
    await Promise.allSettled([reading, writing]);
  }
  if (missing.size > 0) {
    throw new Error(
      `expected it to hold ${[...missing].map((file) => `${prefix}/${file}`).join(", ")}, found no such file`,
    );
  }
}

/** The entry's name below `prefix` if it is among the `wanted`, and null if not. */
function wantedName(
  { name, type }: Header,
  prefix: string,
  wanted: ReadonlySet<string>,
): string | null {
  const parts = name.split(/[\\/]/).filter((part) => part !== ".");
  if (parts.includes("..") || parts[0] === "" || parts[0]?.includes(":")) {
    throw new Error(`expected names inside the archive's own folder, found "${name}"`);
  }
  const [top, file, ...rest] = parts;
  if (top !== prefix || file === undefined || rest.length > 0 || !wanted.has(file)) return null;
  if (type !== "file") throw new Error(`expected ${name} to be a plain file, found a ${type}`);
  return file;
}
