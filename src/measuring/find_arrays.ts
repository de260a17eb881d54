/** Finds the arrays of features at paths: files by role, files of several arrays, folders. */
import type { ArrayFile } from "../formats/byte_reader.ts";
import {
  ARRAY_NAMES,
  type ArrayName,
  type Arrays,
  isContainer,
  requireComplete,
  withRoles,
} from "../formats/feature_files.ts";
import { isCheckpoint } from "../formats/pth_arrays.ts";
import { openArraysAt } from "./array_store.ts";

/** Names of arrays in a message. */
const MOST_NAMED = 5;

/**
 * The arrays that `paths` name by role, and for the other roles those in `container`: a .npz or .safetensors file, or a
 * folder of .npy files. Such a file in `paths` holds the array of that role, or a single one of any name.
 * Throws where something needed is not there.
 */
export async function findArrays(
  container: string | undefined,
  paths: { readonly [name in ArrayName]?: string | undefined },
): Promise<Arrays> {
  const found: { [name in ArrayName]?: ArrayFile } = container === undefined ? {} : await within(container);
  for (const name of ARRAY_NAMES) {
    const path = paths[name];
    if (path !== undefined) found[name] = await named(path, name);
  }
  const isWhole = found.train_features !== undefined && found.train_labels !== undefined;
  const others = container === undefined || isWhole ? "" : await othersIn(container);
  requireComplete(found, {
    place: container === undefined ? "among the options" : `in ${container}${others}`,
    remedy: (name) => `name its file with --${name.replace("_", "-")}`,
  });
  return found;
}

/** Which arrays of a file have no role, in words. */
async function othersIn(container: string): Promise<string> {
  if (!isContainer(container)) return "";
  // It may hold what cannot be read, and then tells nothing.
  const names = await openArraysAt(container).then((arrays) => [...arrays.keys()], () => []);
  const others = names.filter((name) => !ARRAY_NAMES.includes(name as ArrayName));
  return others.length === 0 ? "" : `, which has ${others.slice(0, MOST_NAMED).join(", ")}`;
}

/** Out-of-distribution features by the name of their set: `ood_features` of a file or folder of several, else `test_features`. */
export async function findOodArrays(
  sets: readonly { readonly set: string; readonly path: string }[],
): Promise<{ readonly [set: string]: ArrayFile }> {
  const found: Record<string, ArrayFile> = {};
  for (const { set, path } of sets) {
    const { isDirectory } = await Deno.stat(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(`--ood ${set}: expected a file or folder of features ${path}, found none`);
    });
    const arrays = isDirectory || isContainer(path)
      ? await within(path)
      : { ood_features: await named(path, "ood_features") };
    const array = arrays.ood_features ?? arrays.test_features;
    if (array === undefined) {
      throw new Error(`--ood ${set}: expected ood_features or test_features in ${path}, found neither`);
    }
    found[set] = array;
  }
  return found;
}

async function within(container: string): Promise<Arrays> {
  if (isContainer(container) || isCheckpoint(container)) {
    return withRoles(await openArraysAt(container, ARRAY_NAMES));
  }
  const found: Arrays = {};
  const entries = await Array.fromAsync(Deno.readDir(container));
  for (const name of ARRAY_NAMES) {
    if (!entries.some((entry) => entry.name === `${name}.npy`)) continue;
    Object.assign(found, { [name]: await named(`${container}/${name}.npy`, name) });
  }
  return found;
}

async function named(path: string, name: ArrayName): Promise<ArrayFile> {
  const arrays = await openArraysAt(path, [name]);
  const array = arrays.size === 1 ? [...arrays.values()][0] : arrays.get(name);
  if (array !== undefined) return array;
  const found = arrays.size === 0 ? "none" : [...arrays.keys()].slice(0, MOST_NAMED).join(", ");
  throw new Error(`${path}: expected an array named ${name}, or a single one, found ${found}`);
}
