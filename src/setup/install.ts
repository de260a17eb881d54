/** Installs the PyTorch wheel with pip into the project's own folder: all of it, or nothing. */
import { removeAll } from "./filesystem.ts";
import { OWN_COPY } from "./libtorch.ts";
import { missing } from "./missing.ts";
import type { Python } from "./python.ts";
import type { CommandResult, System } from "./system.ts";
import { isOlder } from "./versions.ts";

/** The release that the tests ran with. */
const TORCH_VERSION = "2.13.0";
/** The oldest Python for which that release has wheels. */
const OLDEST_PYTHON = "3.10";

/**
 * Installs torch into `root`/.libtorch. pip reads its own settings, so PIP_INDEX_URL and PIP_EXTRA_INDEX_URL
 * decide where from. Throws one line that says what is missing; no folder is left behind then.
 */
export async function installLibtorch(root: string, python: Python | null, system: System): Promise<void> {
  if (!python) throw missing("python", system.packageManager);
  if (isOlder(python.version, OLDEST_PYTHON)) {
    throw new Error(
      `expected Python ${OLDEST_PYTHON} or newer to install torch ${TORCH_VERSION}, found ${python.version} ` +
        `(${python.executable}); put a newer python3 first in PATH, or set LIBTORCH to a libtorch folder`,
    );
  }
  const pip = await system.run(python.command, ["-m", "pip", "--version"]);
  if (!pip?.success) throw missing("pip", system.packageManager);

  const part = `${root}/${OWN_COPY}.part`;
  await removeAll(part);
  try {
    await installWheel(part, python, system);
    await removeAll(`${root}/${OWN_COPY}`);
    await Deno.rename(part, `${root}/${OWN_COPY}`);
  } finally {
    await removeAll(part);
  }
}

async function installWheel(target: string, python: Python, system: System): Promise<void> {
  const label = await wantsCpuBuild(system) ? "+cpu" : "";
  if (label) {
    const result = await pipInstall(
      `torch==${TORCH_VERSION}${label}`,
      "about 200 MB, 1 to 5 minutes",
      target,
      python,
      system,
    );
    if (result.success) return;
    if (!isNotOffered(result)) throw installError(result, python, system);
    system.say(
      "pip's indexes have no build of it for CPUs only; taking the default build, which may be much larger " +
        "(PIP_EXTRA_INDEX_URL can name an index that has one)",
    );
    await removeAll(target);
  }
  const result = await pipInstall(
    `torch==${TORCH_VERSION}`,
    "up to 4 GB with CUDA, 2 to 20 minutes",
    target,
    python,
    system,
  );
  if (!result.success) throw installError(result, python, system);
}

/** Builds for CPUs only carry a label of their own on Linux; elsewhere the default is one already. */
async function wantsCpuBuild(system: System): Promise<boolean> {
  if (system.os !== "linux") return false;
  const driver = await system.run("nvidia-smi", ["-L"]);
  return !driver?.success;
}

async function pipInstall(
  requirement: string,
  cost: string,
  target: string,
  python: Python,
  system: System,
): Promise<CommandResult> {
  system.say(`installing ${requirement} into ${OWN_COPY} with pip (${cost})`);
  const args = [
    "-m",
    "pip",
    "install",
    "--no-input",
    "--disable-pip-version-check",
    "--target",
    target,
    requirement,
  ];
  const result = await system.run(python.command, args, { show: true });
  if (!result) throw missing("python", system.packageManager);
  return result;
}

/** pip reached its indexes, and none of them has this requirement for this Python. */
function isNotOffered(result: CommandResult): boolean {
  return /No matching distribution found/.test(result.stderr) && !isNetworkFailure(result);
}

function isNetworkFailure({ stderr }: CommandResult): boolean {
  return /Retrying \(Retry|ConnectionError|ReadTimeout|Could not fetch URL|name resolution|Network is unreachable/i
    .test(stderr);
}

function installError(result: CommandResult, python: Python, system: System): Error {
  const own = "see also pip's own settings PIP_INDEX_URL, PIP_EXTRA_INDEX_URL and HTTPS_PROXY";
  if (/No space left on device/.test(result.stderr)) {
    return new Error(
      `the disk is full: torch ${TORCH_VERSION} needs about 1 GB (5 GB with CUDA); free some and try again`,
    );
  }
  if (isNetworkFailure(result)) {
    return new Error(`pip could not reach its package index; check the network and try again (${own})`);
  }
  if (isNotOffered(result)) {
    return new Error(
      `pip's indexes have no torch ${TORCH_VERSION} for Python ${python.version} on this machine; use a Python that ` +
        `has wheels of it, or set LIBTORCH to a libtorch folder (${own})`,
    );
  }
  system.say((result.stdout + result.stderr).trimEnd());
  return new Error(`pip could not install torch ${TORCH_VERSION}; its output is above`);
}
