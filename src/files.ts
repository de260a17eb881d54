/** Files that appear whole or not at all, for everything that a run leaves on disk. */

/** Writes beside `path`, flushes to the disk and renames, so that no reader ever sees half a file. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await streamWhole(path, async (write) => await write(bytes));
}

/** As {@link writeWhole}, for content that `produce` hands over piece by piece. */
export async function streamWhole(
  path: string,
  produce: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const beside = `${path}.partial`;
  try {
    using file = await opened(beside, path);
    await produce((bytes) => writeAll(file, bytes, path));
    await file.sync();
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}

/** The text of a file, or null where there is none. */
export async function readTextIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The bytes of a file, or null where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Whether there is a file of this name. */
export async function isThere(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Makes a folder and those above it; throws, naming it, where that is impossible. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function opened(beside: string, path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(beside, { write: true, create: true, truncate: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array, path: string): Promise<void> {
  try {
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`cannot write ${path} (${reason}): expected a folder with write access and free space`);
}
