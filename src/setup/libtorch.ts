/** Finds libtorch: LIBTORCH, then the active Python's torch, then the project's own copy. */
import { exists } from "./filesystem.ts";
import type { Python } from "./python.ts";
import type { System } from "./system.ts";
import { isOlder, readVersion } from "./versions.ts";

/** The oldest version whose headers and behaviour native/ is written for. */
const OLDEST_LIBTORCH = "2.5";

/** Folder of the project's own copy: a pip target, so that Python imports it with PYTHONPATH. */
export const OWN_COPY = ".libtorch";

/** A usable libtorch. */
export interface Libtorch {
  /** The folder that holds include/ and lib/. */
  readonly folder: string;
  /** With its build label where it has one, e.g. "2.13.0+cpu". */
  readonly version: string;
  /** Built with CUDA. */
  readonly cuda: boolean;
}

/** A libtorch and the Python that can import it. */
export interface Found {
  readonly libtorch: Libtorch;
  /** Path of the interpreter, or null where none is known. */
  readonly python: string | null;
  /** What PYTHONPATH must be for that interpreter, or null where it needs nothing. */
  readonly pythonPath: string | null;
}

export type Inspection = { readonly libtorch: Libtorch } | { readonly problem: string };

/**
 * The first usable libtorch in the order of the search, or null. An unusable one that was passed over is said;
 * a LIBTORCH that is set but unusable is an error, because silence would hide the user's mistake.
 */
export async function findLibtorch(
  root: string,
  python: Python | null,
  system: System,
): Promise<Found | null> {
  const named = system.env("LIBTORCH");
  if (named) return await fromVariable(named, python, system);
  if (python?.torch) {
    const inspection = await inspectLibtorch(python.torch, system.os);
    if ("libtorch" in inspection) return { ...inspection, python: python.executable, pythonPath: null };
    system.say(`passing over the torch of ${python.executable}: ${inspection.problem}`);
  }
  return await findOwnCopy(root, python, system);
}

/** The project's own copy, or null where there is none or it cannot be used (which is said). */
export async function findOwnCopy(
  root: string,
  python: Python | null,
  system: System,
): Promise<Found | null> {
  const pythonPath = `${root}/${OWN_COPY}`;
  if (!await exists(pythonPath)) return null;
  const inspection = await inspectLibtorch(`${pythonPath}/torch`, system.os);
  if ("libtorch" in inspection) {
    const importable = python !== null && await isBuiltFor(python, `${pythonPath}/torch`);
    return { ...inspection, python: importable ? python.executable : null, pythonPath };
  }
  system.say(`passing over the project's own copy: ${inspection.problem}`);
  return null;
}

/** Looks whether `folder` holds a libtorch that native/ can be built with. */
export async function inspectLibtorch(folder: string, os: string): Promise<Inspection> {
  const suffix = os === "darwin" ? "dylib" : "so";
  const parts = ["include/ATen/ATen.h", `lib/libtorch_cpu.${suffix}`, `lib/libc10.${suffix}`];
  for (const part of parts) {
    if (!await exists(`${folder}/${part}`)) {
      return { problem: `expected a folder with ${parts.join(", ")}, found no ${part} in ${folder}` };
    }
  }
  const version = await readVersion(folder);
  if (version === null) {
    return { problem: `expected a version in ${folder}/version.py or its headers, found none` };
  }
  if (isOlder(version, OLDEST_LIBTORCH)) {
    return { problem: `expected libtorch ${OLDEST_LIBTORCH} or newer, found ${version} in ${folder}` };
  }
  return { libtorch: { folder, version, cuda: await exists(`${folder}/lib/libtorch_cuda.${suffix}`) } };
}

async function fromVariable(named: string, python: Python | null, system: System): Promise<Found> {
  const folder = await Deno.realPath(named).catch(() => named);
  const inspection = await inspectLibtorch(folder, system.os);
  if ("problem" in inspection) {
    throw new Error(`LIBTORCH=${named}: ${inspection.problem}; correct or unset it`);
  }
  const active = python?.torch && await Deno.realPath(python.torch).catch(() => null) === folder;
  return {
    ...inspection,
    python: active ? python.executable : await interpreterBeside(folder),
    pythonPath: null,
  };
}

/** The interpreter of the installation P where libtorch lies in P/lib/pythonX.Y/site-packages/torch, or null. */
async function interpreterBeside(folder: string): Promise<string | null> {
  const [, prefix, name] = folder.match(/^(.*)\/lib\/(python3\.\d+)\/(?:site|dist)-packages\/torch$/) ?? [];
  const interpreter = `${prefix}/bin/${name}`;
  return prefix !== undefined && await exists(interpreter) ? interpreter : null;
}

/** True when the package's extension module is one for this Python (it is built for one minor version). */
async function isBuiltFor(python: Python, folder: string): Promise<boolean> {
  const [major, minor] = python.version.split(".");
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.some(({ name }) => name.startsWith(`_C.cpython-${major}${minor}-`));
}
