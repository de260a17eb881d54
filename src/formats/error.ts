/** The error of every reader and writer in this folder, and how its message is made readable. */

/** The bytes, or what was to be written, break the format's rules. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

/** Runs `read` and puts `file` in front of the message of a FormatError that it throws. */
export function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`${file}: ${error.message}`);
    throw error;
  }
}

/** A name out of a file, quoted for a message: on one line and of bounded length, whatever it holds. */
export function quote(name: string): string {
  const limit = 100;
  return JSON.stringify(name.length > limit ? `${name.slice(0, limit)}…` : name);
}
