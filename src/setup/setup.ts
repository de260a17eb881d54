/** Set-up from beginning to end: find or install libtorch, build native/, record both. */
import { BUILD_FOLDER, buildNative, requireBuildTools } from "./build.ts";
import { findLibtorch, findOwnCopy, type Found } from "./libtorch.ts";
import { installLibtorch } from "./install.ts";
import { withLock } from "./lock.ts";
import { probePython, type Python } from "./python.ts";
import { fingerprint, readCurrentRecord, type SetupRecord, writeRecord } from "./record.ts";
import type { System } from "./system.ts";

/** What set-up came to. */
export interface SetupResult {
  readonly record: SetupRecord;
  /** False when everything was there already. */
  readonly changed: boolean;
}

/**
 * Makes the project in folder `root` ready to run. Of two set-ups at once, the second waits for the first.
 * Throws an Error of one line that names what is missing and how to get it.
 */
export async function setUp(root: string, system: System): Promise<SetupResult> {
  if (system.os !== "linux" && system.os !== "darwin") {
    const remedy = system.os === "windows" ? "train and measure networks in WSL" : "use another machine";
    throw new Error(
      `expected Linux or macOS to build native/ on, found ${system.os}: ${remedy}; what needs no libtorch works here, ` +
        "too: the library (mod.ts), and npx neural-collapse of the npm package",
    );
  }
  const python = await probePython(system);
  const current = await readCurrentRecord(root, python, system);
  if (current) return { record: current, changed: false };
  await Deno.mkdir(`${root}/${BUILD_FOLDER}`, { recursive: true });
  return await withLock(`${root}/${BUILD_FOLDER}/setup.lock`, system, async () => {
    const finished = await readCurrentRecord(root, python, system);
    if (finished) return { record: finished, changed: false };
    return { record: await findAndBuild(root, python, system), changed: true };
  });
}

async function findAndBuild(root: string, python: Python | null, system: System): Promise<SetupRecord> {
  const started = performance.now();
  await requireBuildTools(system);
  const found = await findLibtorch(root, python, system) ?? await install(root, python, system);
  const { folder, version, cuda } = found.libtorch;
  system.say(`libtorch ${version} (${cuda ? "CUDA" : "CPU"}): ${folder}`);
  system.say("building native/ (1 to 3 minutes the first time)");
  const print = await fingerprint(root, found.libtorch, python, system);
  const { library, compiler } = await buildNative(root, found.libtorch, system);
  const record: SetupRecord = {
    libtorch: folder,
    version,
    cuda,
    python: found.python,
    pythonPath: found.pythonPath,
    library,
    fingerprint: print,
  };
  await writeRecord(root, record);
  const seconds = Math.round((performance.now() - started) / 1000);
  system.say(`built ${library} with ${compiler}; set-up took ${seconds} s`);
  return record;
}

async function install(root: string, python: Python | null, system: System): Promise<Found> {
  await installLibtorch(root, python, system);
  const found = await findOwnCopy(root, python, system);
  if (!found) {
    throw new Error(
      "the installed PyTorch wheel holds no usable libtorch; set LIBTORCH to a libtorch folder",
    );
  }
  return found;
}
