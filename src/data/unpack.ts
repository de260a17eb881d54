/** Unpacks the files that are wanted from a .tar.gz, and nothing else, into a folder that appears as a whole. */
import { createReadStream, createWriteStream } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";

/**
 * Writes the `files` that `archive` holds under `basename(folder)/` to `folder`. They go to a temporary sibling first,
 * which is renamed once all of them are there. Other entries are skipped.
 *
 * @throws if a file is missing or not a plain file, if any entry points outside the archive's own tree, or if the
 * archive is damaged; `folder` is then not there.
 */
export async function unpack(archive: string, folder: string, files: readonly string[]): Promise<void> {
  const temporary = await Deno.makeTempDir({ dir: dirname(folder), prefix: `${basename(folder)}.` });
  try {
    const found = await extractInto(
      temporary,
      archive,
      new Map(files.map((file) => [`${basename(folder)}/${file}`, file])),
    );
    const missing = files.filter((file) => !found.has(file));
    if (missing.length > 0) {
      throw new Error(
        `${archive}: expected it to hold ${missing.join(", ")} in ${basename(folder)}, found no such file`,
      );
    }
    await Deno.rename(temporary, folder);
  } catch (error) {
    await Deno.remove(temporary, { recursive: true });
    throw error;
  }
}

/** Writes the wanted entries (name in the archive → name in `target`) and returns the names written. */
async function extractInto(
  target: string,
  archive: string,
  wanted: ReadonlyMap<string, string>,
): Promise<Set<string>> {
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  const found = new Set<string>();
  const writing = (async () => {
    for await (const entry of entries) {
      const { name, type } = entry.header;
      requireInside(name, archive);
      const file = wanted.get(name.replace(/^\.\//, ""));
      if (file === undefined) {
        entry.resume();
        continue;
      }
      if (type !== "file") {
        throw new Error(`${archive}: expected ${name} to be a plain file, found a ${type}`);
      }
      await pipeline(entry, createWriteStream(join(target, file)));
      found.add(file);
    }
  })();
  const [writeResult, readResult] = await Promise.allSettled([writing, reading]);
  if (writeResult.status === "rejected") throw writeResult.reason;
  if (readResult.status === "rejected") {
    throw new Error(
      `${archive}: expected a whole .tar.gz file, found a damaged one (${readResult.reason.message})`,
    );
  }
  return found;
}

function requireInside(name: string, archive: string): void {
  const parts = name.split(/[\\/]/);
  if (parts.includes("..") || parts[0] === "" || /^[A-Za-z]:/.test(name)) {
    throw new Error(
      `${archive}: expected names inside the archive's own folder, found "${name}"; nothing was unpacked`,
    );
  }
}
