/**
 * What a download leaves until it is whole: `<file>.part`, and beside it `<file>.part.version`, what the server called
 * that version of the file.
 */
import { createHash } from "node:crypto";

/** What an earlier download left: a number of bytes, and what the server called that version of the file. */
export interface Part {
  readonly size: number;
  readonly validator: string;
}

/** Nothing where no server has named the version: what is there may be of another one. */
export async function findPart(path: string): Promise<Part> {
  const nothing = { size: 0, validator: "" };
  try {
    const { size } = await Deno.stat(partOf(path));
    const validator = await Deno.readTextFile(versionFileOf(path));
    return validator === "" ? nothing : { size, validator };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return nothing;
    throw error;
  }
}

/** Empties the part file and notes which version of the file will go into it, if the server names one. */
export async function beginPart(path: string, validator: string | null): Promise<void> {
  try {
    await Deno.writeFile(partOf(path), new Uint8Array());
    if (validator === null) await removeIfThere(versionFileOf(path));
    else await Deno.writeTextFile(versionFileOf(path), validator);
  } catch (error) {
    throw new Error(`cannot write ${partOf(path)}: ${messageOf(error)}`);
  }
}

/** Gives the part file, which is whole, the file's name. */
export async function keepPart(path: string): Promise<void> {
  await Deno.rename(partOf(path), path);
  await removePart(path);
}

export async function removePart(path: string): Promise<void> {
  await removeIfThere(partOf(path));
  await removeIfThere(versionFileOf(path));
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

export function partOf(path: string): string {
  return `${path}.part`;
}

function versionFileOf(path: string): string {
  return `${path}.part.version`;
}

/** MD5 of a file in lower-case hex, or null if there is none. */
export async function md5Of(path: string): Promise<string | null> {
  try {
    using file = await Deno.open(path);
    const hash = createHash("md5");
    for await (const chunk of file.readable) hash.update(chunk);
    return hash.digest("hex");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
