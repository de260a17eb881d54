/** Folders of a person's own images. Links are followed: subsets of large sets are often made of them. */
import { join } from "node:path";

/** Names in a folder, in order; those that begin with a dot are left out. Throws where a link leads nowhere. */
export async function namesIn(
  folder: string,
): Promise<{ readonly folders: readonly string[]; readonly files: readonly string[] }> {
  const [folders, files]: [string[], string[]] = [[], []];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder)) {
    if (name.startsWith(".")) continue;
    const leads = isSymlink ? (await targetOf(join(folder, name))).isDirectory : isDirectory;
    (leads ? folders : files).push(name);
  }
  return { folders: folders.sort(), files: files.sort() };
}

/** Paths of all files of a folder and of those below it. Throws where a link leads nowhere, or to a folder above it. */
export async function filesBelow(folder: string, above: readonly string[] = []): Promise<string[]> {
  const real = await Deno.realPath(folder);
  if (above.includes(real)) throw new Error(`${folder}: expected no link to a folder that it is in`);
  const { folders, files } = await namesIn(folder);
  const below = await Promise.all(folders.map((name) => filesBelow(join(folder, name), [...above, real])));
  return [...files.map((name) => join(folder, name)), ...below.flat()].sort();
}

async function targetOf(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${path}: expected a link to a file or a folder, found one that leads nowhere`);
  }
}
