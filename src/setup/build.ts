/** Builds native/ with CMake against one libtorch. */
import { exists, removeAll, sha256 } from "./filesystem.ts";
import type { Libtorch } from "./libtorch.ts";
import { missing } from "./missing.ts";
import type { CommandResult, System } from "./system.ts";

/** As CMakeLists.txt demands it. */
const OLDEST_CMAKE = [3, 18] as const;
const COMPILERS = ["c++", "g++", "clang++"];

/** Where builds and the record of the set-up go, within the project. */
export const BUILD_FOLDER = "native/build";

/** A finished build. */
export interface Build {
  /** Absolute path of libnc. */
  readonly library: string;
  /** Name and version of the compiler, e.g. "GNU 12.2.0". */
  readonly compiler: string;
}

/** Throws, naming the first that is missing, unless CMake and a C++ compiler are there. */
export async function requireBuildTools(system: System): Promise<void> {
  const cmake = await system.run("cmake", ["--version"]);
  if (!cmake?.success) throw missing("cmake", system.packageManager);
  const [major = 0, minor = 0] = cmake.stdout.match(/\d+\.\d+/)?.[0].split(".").map(Number) ?? [];
  const [wantedMajor, wantedMinor] = OLDEST_CMAKE;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new Error(
      `expected CMake ${
        OLDEST_CMAKE.join(".")
      } or newer, found ${major}.${minor}; get one with: python3 -m pip install cmake`,
    );
  }
  // CMake looks for a compiler itself, and honours CXX; asking here spares the user a long download before the bad news.
  if (system.env("CXX")) return;
  for (const compiler of COMPILERS) {
    const result = await system.run(compiler, ["--version"]);
    if (result?.success) return;
  }
  throw missing("compiler", system.packageManager);
}

/**
 * Builds libnc for this libtorch in a folder of its own, so that changing between several costs no rebuild.
 * Object files are kept for the next build; a build that was killed is thrown away whole.
 */
export async function buildNative(root: string, libtorch: Libtorch, system: System): Promise<Build> {
  const name = `libnc.${system.os === "darwin" ? "dylib" : "so"}`;
  const key = (await sha256(`${libtorch.folder} ${system.env("CXX") ?? ""}`)).slice(0, 8);
  const folder = `${root}/${BUILD_FOLDER}/${libtorch.version}-${key}`;
  const objects = `${folder}/objects`;
  const unfinished = `${folder}/unfinished`;
  const library = `${folder}/${name}`;

  if (await exists(unfinished)) await removeAll(objects);
  await Deno.mkdir(objects, { recursive: true });
  await Deno.writeTextFile(unfinished, "");
  try {
    const compiler = await configure(root, objects, libtorch, system);
    await compile(objects, system);
    await Deno.rename(await copyBeside(`${objects}/${name}`, library), library);
    await Deno.remove(unfinished);
    return { library, compiler };
  } catch (error) {
    if (await exists(library)) {
      // The earlier library stays; of its object files the compiler may have been stopped in writing one.
      if (system.signal.aborted) await removeAll(objects);
      await removeAll(unfinished);
    } else await removeAll(folder);
    throw error;
  }
}

async function configure(root: string, objects: string, libtorch: Libtorch, system: System): Promise<string> {
  const result = await cmake(
    ["-S", `${root}/native`, "-B", objects, `-DTORCH_DIR=${libtorch.folder}`],
    system,
  );
  if (result.success) {
    const graphs = result.stdout.match(/^-- (CUDA graphs: .*)$/m)?.[1];
    if (graphs !== undefined) system.say(graphs);
    return result.stdout.match(/^-- compiler: (.*)$/m)?.[1] ?? "unknown";
  }
  if (/unable to find a build program/.test(result.stderr)) throw missing("make", system.packageManager);
  if (/No CMAKE_CXX_COMPILER could be found/.test(result.stderr)) {
    throw missing("compiler", system.packageManager);
  }
  system.say((result.stdout + result.stderr).trimEnd());
  throw new Error("CMake could not configure native/; its output is above");
}

async function compile(objects: string, system: System): Promise<void> {
  const result = await cmake(["--build", objects, "--parallel", String(system.processors)], system);
  if (result.success) return;
  if (/No space left on device/.test(result.stderr)) {
    throw new Error("the disk is full: building native/ needs about 100 MB; free some and try again");
  }
  system.say((result.stdout + result.stderr).trimEnd());
  throw new Error("the C++ compiler could not build native/; its output is above");
}

async function cmake(args: readonly string[], system: System): Promise<CommandResult> {
  const result = await system.run("cmake", args);
  if (!result) throw missing("cmake", system.packageManager);
  return result;
}

/** Copies to the same folder as `target`, so that a rename puts the whole file in its place at once. */
async function copyBeside(source: string, target: string): Promise<string> {
  const part = `${target}.part`;
  await Deno.copyFile(source, part);
  return part;
}
