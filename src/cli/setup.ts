/**
 * `deno task setup`: finds or installs libtorch and builds native/. Runs before every other task, so it
 * imports no npm package: nothing may be in the cache yet.
 */
import { resolve } from "node:path";
import { commandLine } from "./command_line.ts";
import { bundlePageScript } from "../setup/page_script.ts";
import { setUp } from "../setup/setup.ts";
import { thisMachine } from "../setup/system.ts";

const USAGE = `Usage: ${commandLine("setup", [])} [--quiet]

Finds libtorch (the folder named by LIBTORCH, then the active Python's torch, then the project's own copy in
.libtorch; if there is none, installs the PyTorch wheel there with pip) and builds native/ against it. Bundles the script of the reports' pages into build/.

  --quiet  say nothing when everything is ready`;

const ROOT = resolve(import.meta.dirname ?? ".", "../..");
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => !["--quiet", "--help", "-h"].includes(arg));
  if (unknown !== undefined) {
    console.error(`error: expected no argument but --quiet, found ${unknown}\n\n${USAGE}`);
    return 2;
  }
  if (args.includes("--help") || args.includes("-h")) {
    console.log(USAGE);
    return 0;
  }
  const interrupted = new AbortController();
  for (const [name, code] of Object.entries(SIGNALS)) {
    // Windows has no such signal.
    if (name === "SIGTERM" && Deno.build.os === "windows") continue;
    Deno.addSignalListener(name as keyof typeof SIGNALS, () => interrupted.abort(code));
  }
  try {
    const machine = thisMachine(interrupted.signal);
    const { record, changed } = await setUp(ROOT, machine);
    await bundlePageScript(ROOT, machine);
    if (!changed && !args.includes("--quiet")) {
      console.error(
        `ready: libtorch ${record.version} (${record.cuda ? "CUDA" : "CPU"}): ${record.libtorch}`,
      );
    }
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) {
      console.error("error: set-up was interrupted; run it again to start afresh");
      return interrupted.signal.reason;
    }
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}
