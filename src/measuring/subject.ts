/** What there is to measure at the paths that somebody named. */
import { isCheckpoint } from "./checkpoints.ts";
import { ARRAY_NAMES, isContainer } from "./feature_files.ts";
import { holdsStatistics } from "./statistics_files.ts";

export type Subject =
  | { readonly kind: "features"; readonly container: string | undefined }
  /** Partial statistics, to be merged. */
  | { readonly kind: "statistics"; readonly paths: readonly string[] }
  | { readonly kind: "checkpoint" | "checkpoints"; readonly paths: readonly string[] };

/** Looks at names, and into .npz files. Without paths, features are meant whose files are named one by one. */
export async function subjectAt(paths: readonly string[]): Promise<Subject> {
  const [path, ...others] = paths;
  if (path === undefined) return { kind: "features", container: undefined };
  if (others.length > 0) return { kind: "statistics", paths };
  if (await holdsStatistics(path)) return { kind: "statistics", paths };
  if (isContainer(path)) return { kind: "features", container: path };
  const { isDirectory } = await statOf(path);
  if (isDirectory) return await subjectIn(path);
  if (isCheckpoint(path)) return { kind: "checkpoint", paths };
  throw new Error(`expected a .pth, .pt, .ckpt, .npz or .safetensors file, or a folder, found ${path}`);
}

async function subjectIn(folder: string): Promise<Subject> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  const checkpoints = names.filter(isCheckpoint);
  if (checkpoints.length > 0) {
    return { kind: "checkpoints", paths: checkpoints.map((name) => `${folder.replace(/\/+$/, "")}/${name}`) };
  }
  if (ARRAY_NAMES.some((name) => names.includes(`${name}.npy`))) {
    return { kind: "features", container: folder };
  }
  throw new Error(
    `expected .pth, .pt or .ckpt files in ${folder}, or .npy files named ${
      ARRAY_NAMES.join(", ")
    }; found neither`,
  );
}

/** Throws, naming it, where there is nothing at a path. */
export async function statOf(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(`expected a file or a folder ${path}, found none`);
    }
    throw error;
  }
}
