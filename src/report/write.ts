/** Files that appear whole or not at all. */

/** Writes beside `path`, flushes to the disk and renames, so that no reader ever sees half a file. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const beside = `${path}.partial`;
  try {
    await Deno.writeFile(beside, typeof content === "string" ? new TextEncoder().encode(content) : content);
    await flush(beside);
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}

async function flush(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.sync();
}
