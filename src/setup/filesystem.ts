/** The few file operations that set-up repeats. */

/** True when a file or folder is there. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** The text of a file, or null when it cannot be read. */
export async function readText(path: string): Promise<string | null> {
  return await Deno.readTextFile(path).catch(() => null);
}

/** Removes a file or a whole folder; nothing happens when it is not there. */
export async function removeAll(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** SHA-256 of a text, lower-case hex. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
