/** Files that appear whole or not at all, for everything that a run leaves on disk. */

export const PARTIAL = ".partial";

/** Writes beside `path`, flushes to the disk and renames, so that no reader ever sees half a file. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await streamWhole(path, async (write) => await write(bytes));
}

/**
 * As {@link writeWhole}, for content that `produce` hands over piece by piece. The file that it takes the place of is
 * kept under the name `previous` where that is given.
 */
export async function streamWhole(
  path: string,
  produce: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
  { previous }: { previous?: string | undefined } = {},
): Promise<void> {
  // A name of its own: two writers of one file do not write into each other's, and the last to rename stands.
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}${PARTIAL}`;
  try {
    using file = await openToWrite(beside, { truncate: true, path });
    await produce((bytes) => writeAll(file, bytes, path));
    await writing(path, async () => {
      await file.sync();
      if (previous !== undefined && await isThere(path)) await keepAs(path, previous);
      await Deno.rename(beside, path);
    });
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}

/**
 * Removes what killed writers of `files` (default: of any) left in a folder. No other process may be writing them.
 */
export async function removePartials(folder: string, files?: readonly string[]): Promise<void> {
  const entries = await ifThere(folder, async (path) => await Array.fromAsync(Deno.readDir(path)));
  for (const { name, isFile } of entries ?? []) {
    if (!isFile || !name.endsWith(PARTIAL)) continue;
    if (files !== undefined && !files.some((file) => name.startsWith(`${file}.`))) continue;
    await writing(`${folder}/${name}`, () => Deno.remove(`${folder}/${name}`));
  }
}

/** The text of a file, or null where there is none. */
export async function readTextIfThere(path: string): Promise<string | null> {
  return await ifThere(path, Deno.readTextFile);
}

/** The bytes of a file, or null where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  return await ifThere(path, Deno.readFile);
}

/** Removes a file, or a folder with all that is in it, where there is one. */
export async function removeWhole(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw unwritable(path, error);
  }
}

/** Whether there is a file of this name. */
export async function isThere(path: string): Promise<boolean> {
  return (await ifThere(path, Deno.stat))?.isFile ?? false;
}

/** Whether `path` was written after `other`; not where one of them is missing. */
export async function isNewer(path: string, other: string): Promise<boolean> {
  const timeOf = async (one: string) => (await ifThere(one, Deno.stat))?.mtime ?? null;
  const [own, its] = await Promise.all([timeOf(path), timeOf(other)]);
  return own !== null && its !== null && own > its;
}

/** Makes a folder and those above it; throws, naming it, where that is impossible. */
export async function makeFolder(path: string): Promise<void> {
  await writing(path, () => Deno.mkdir(path, { recursive: true }));
}

/** Removes a file; throws, naming it, where that is impossible. */
export async function removeFile(path: string): Promise<void> {
  await writing(path, () => Deno.remove(path));
}

/** Gives a file another name, in place of what has it; throws, naming it, where that is impossible. */
export async function moveFile(from: string, to: string): Promise<void> {
  await writing(to, () => Deno.rename(from, to));
}

/** Opens a file to be written, made where it is missing; throws, naming `path`, where that is impossible. */
export async function openToWrite(
  file: string,
  { truncate, path = file }: { truncate: boolean; path?: string },
): Promise<Deno.FsFile> {
  return await writing(path, () => Deno.open(file, { write: true, create: true, truncate }));
}

/** Writes a file that no other process has made: false, and nothing is changed, where there is one of this name. */
export async function createFile(path: string, text: string): Promise<boolean> {
  return await writing(path, async () => {
    try {
      await Deno.writeTextFile(path, text, { createNew: true });
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
  });
}

/** Writes a file in place of what is there, for readers who mind its time alone: they may see half of it. */
export async function overwriteFile(path: string, text: string): Promise<void> {
  await writing(path, () => Deno.writeTextFile(path, text));
}

/** Adds text to the end of a file that is there. */
export async function appendToFile(path: string, text: string): Promise<void> {
  await writing(path, () => Deno.writeTextFile(path, text, { append: true, create: false }));
}

/** Gives a file a second name, so that there is no moment without the first. */
async function keepAs(path: string, name: string): Promise<void> {
  if (await isThere(name)) await Deno.remove(name);
  // Where a file cannot have two names (exFAT, some network drives), it is renamed.
  await Deno.link(path, name).catch(() => Deno.rename(path, name));
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array, path: string): Promise<void> {
  await writing(path, async () => {
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  });
}

/** Runs `write`; what the system refuses becomes an error that names `path`. */
async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function ifThere<T>(path: string, read: (path: string) => Promise<T>): Promise<T | null> {
  try {
    return await read(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new Error(`cannot read ${path} (${reasonOf(error)})`);
  }
}

function unwritable(path: string, error: unknown): Error {
  return new Error(
    `cannot write ${path} (${reasonOf(error)}): expected a folder with write access and free space`,
  );
}

/** What the system said, without the path that Deno may add to it. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/: \w+ '.*'$/, "");
}

/** Fills `bytes` from `offset` of an open file on. Returns how many were there: fewer where the file ends. */
export async function readFrom(file: Deno.FsFile, offset: number, bytes: Uint8Array): Promise<number> {
  await file.seek(offset, Deno.SeekMode.Start);
  return await readNext(file, bytes);
}

/** Fills `bytes` from where an open file stands. Returns how many were there: fewer where the file ends. */
export async function readNext(file: Deno.FsFile, bytes: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return filled;
}
