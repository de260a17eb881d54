/** Asks the active Python who it is and where its torch lies, without importing torch. */
import type { System } from "./system.ts";
import { readVersion } from "./versions.ts";

/** The Python that `python3` (or `python`) starts. */
export interface Python {
  /** The command that started it. */
  readonly command: string;
  /** Path of the interpreter, as Python itself gives it. */
  readonly executable: string;
  /** E.g. "3.11.7". */
  readonly version: string;
  /** Folder of the package torch, or null where it has none. */
  readonly torch: string | null;
  /** Version of that torch, or null. */
  readonly torchVersion: string | null;
}

// find_spec locates a top-level package without running any of it.
const PROBE = `
import importlib.util, json, os, platform, sys
spec = importlib.util.find_spec("torch")
origin = spec.origin if spec else None
print(json.dumps([sys.executable, platform.python_version(), os.path.dirname(origin) if origin else None]))
`;

/** The active Python, or null where there is none. */
export async function probePython(system: System): Promise<Python | null> {
  for (const command of ["python3", "python"]) {
    const result = await system.run(command, ["-c", PROBE]);
    if (!result?.success) continue;
    const [executable, version, torch] = JSON.parse(result.stdout) as [string, string, string | null];
    return { command, executable, version, torch, torchVersion: torch && await readVersion(torch) };
  }
  return null;
}
