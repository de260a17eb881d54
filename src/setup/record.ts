/** native/build/setup.json: what set-up found and built, and the fingerprint by which a later set-up knows it still holds. */
import { BUILD_FOLDER } from "./build.ts";
import { exists, readText, sha256 } from "./filesystem.ts";
import type { Libtorch } from "./libtorch.ts";
import type { Python } from "./python.ts";
import type { System } from "./system.ts";

/** Contents of setup.json; paths are absolute. */
export interface SetupRecord {
  /** Folder that holds libtorch's include/ and lib/. */
  readonly libtorch: string;
  readonly version: string;
  readonly cuda: boolean;
  /** The interpreter that can import that torch, or null where none is known. */
  readonly python: string | null;
  /** PYTHONPATH for it, or null. */
  readonly pythonPath: string | null;
  /** The built libnc. */
  readonly library: string;
  readonly fingerprint: string;
}

/** The record, if what it describes is still what a new set-up would find and build; else null. */
export async function readCurrentRecord(
  root: string,
  python: Python | null,
  system: System,
): Promise<SetupRecord | null> {
  const text = await readText(recordPath(root));
  if (text === null) return null;
  const record = parse(text);
  if (!record || !await exists(record.library)) return null;
  const libtorch = { folder: record.libtorch, version: record.version };
  return await fingerprint(root, libtorch, python, system) === record.fingerprint ? record : null;
}

/** Digest of all that decides what set-up finds and builds. Taken before a build, so that an edit during it shows later. */
export async function fingerprint(
  root: string,
  { folder, version }: Pick<Libtorch, "folder" | "version">,
  python: Python | null,
  system: System,
): Promise<string> {
  const core = await Deno.stat(`${folder}/lib/libtorch_cpu.${system.os === "darwin" ? "dylib" : "so"}`)
    .catch(() => null);
  return await sha256(JSON.stringify({
    root,
    sources: await readSources(`${root}/native`),
    variables: ["LIBTORCH", "CXX"].map((name) => system.env(name) ?? null),
    python,
    libtorch: [folder, version, core?.size ?? null, core?.mtime ?? null],
  }));
}

/** Writes the record, whole or not at all. */
export async function writeRecord(root: string, record: SetupRecord): Promise<void> {
  const part = `${recordPath(root)}.part`;
  await Deno.writeTextFile(part, JSON.stringify(record, null, 2) + "\n");
  await Deno.rename(part, recordPath(root));
}

function recordPath(root: string): string {
  return `${root}/${BUILD_FOLDER}/setup.json`;
}

/** The files that the library is built from, in folders of any depth, as [path, text], in a fixed order. */
async function readSources(native: string): Promise<[string, string][]> {
  const paths = ["CMakeLists.txt", ...await filesIn(native, "include"), ...await filesIn(native, "src")];
  return await Promise.all(
    paths.sort().map(async (
      path,
    ): Promise<[string, string]> => [path, await Deno.readTextFile(`${native}/${path}`)]),
  );
}

async function filesIn(root: string, folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${root}/${folder}`));
  const paths = await Promise.all(entries.map(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? filesIn(root, path) : [path];
  }));
  return paths.flat();
}

function parse(text: string): SetupRecord | null {
  try {
    const { libtorch, library, version, fingerprint, ...rest } = JSON.parse(text);
    if (![libtorch, library, version, fingerprint].every((field) => typeof field === "string")) return null;
    return { libtorch, library, version, fingerprint, ...rest };
  } catch {
    return null;
  }
}
