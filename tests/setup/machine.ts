/** A machine of the tests' own making: its commands are functions, and what it says is kept. */
import type { CommandResult, System } from "../../src/setup/system.ts";

export type Command = (args: readonly string[]) => CommandResult | Promise<CommandResult>;

export interface FakeMachine extends System {
  /** What was said, line by line. */
  readonly said: string[];
  /** The command lines that were run. */
  readonly ran: string[];
}

/** A Linux machine that has `commands` and nothing else. */
export function fakeMachine(
  {
    commands = {},
    variables = {},
    signal = new AbortController().signal,
    os = "linux",
    packageManager = os === "darwin" ? "brew" : "apt",
  }: {
    commands?: Record<string, Command>;
    variables?: Record<string, string>;
    signal?: AbortSignal;
    os?: string;
    packageManager?: System["packageManager"];
  } = {},
): FakeMachine {
  const said: string[] = [];
  const ran: string[] = [];
  return {
    os,
    packageManager,
    processors: 2,
    signal,
    said,
    ran,
    env: (name) => variables[name],
    say: (line) => void said.push(line),
    run: async (command, args) => {
      ran.push([command, ...args].join(" "));
      return await commands[command]?.(args) ?? null;
    },
  };
}

export function succeed(stdout = ""): CommandResult {
  return { success: true, stdout, stderr: "" };
}

export function fail(stderr = ""): CommandResult {
  return { success: false, stdout: "", stderr };
}

/** The commands of a machine that can build: CMake "builds" by writing the library. */
export function buildTools(library = "libnc.so"): Record<string, Command> {
  return {
    "c++": () => succeed("c++ 12.2.0"),
    cmake: async (args) => {
      if (args[0] === "--version") return succeed("cmake version 3.25.1\n");
      if (args[0] === "--build") await Deno.writeTextFile(`${args[1]}/${library}`, "library");
      return succeed("-- compiler: GNU 12.2.0\n");
    },
  };
}

/** A Python whose torch lies in `torch`, and whose pip does `install` to the folder it is given as target. */
export function pythonCommand(
  torch: string | null,
  install: (target: string, requirement: string) => CommandResult | Promise<CommandResult> = () =>
    fail("unexpected"),
  version = "3.11.7",
): Command {
  return (args) => {
    if (args[0] === "-c") return succeed(JSON.stringify(["/usr/bin/python3", version, torch]));
    if (args.includes("--version")) return succeed("pip 23.2.1");
    return install(args[args.indexOf("--target") + 1] ?? "", args.at(-1) ?? "");
  };
}

/** Writes what a set-up reads of a libtorch folder; `version` as version.py of a wheel states it. */
export async function writeLibtorch(
  folder: string,
  version = "2.13.0+cpu",
  suffix = "so",
): Promise<string> {
  await Deno.mkdir(`${folder}/include/ATen`, { recursive: true });
  await Deno.mkdir(`${folder}/lib`, { recursive: true });
  for (const part of ["include/ATen/ATen.h", `lib/libtorch_cpu.${suffix}`, `lib/libc10.${suffix}`]) {
    await Deno.writeTextFile(`${folder}/${part}`, "");
  }
  await Deno.writeTextFile(`${folder}/_C.cpython-311-x86_64-linux-gnu.so`, "");
  await Deno.writeTextFile(`${folder}/version.py`, `__version__ = '${version}'\n`);
  return folder;
}

/** Writes the part of a project that set-up reads. */
export async function writeProject(root: string): Promise<string> {
  for (const folder of ["native/include", "native/src"]) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
  }
  await Deno.writeTextFile(`${root}/native/CMakeLists.txt`, "project(nc)");
  await Deno.writeTextFile(`${root}/native/include/nc.h`, "");
  await Deno.writeTextFile(`${root}/native/src/device.cpp`, "int one;");
  return root;
}
