/** What set-up says when a program is missing: what it is needed for and the one command that helps. */
import type { PackageManager } from "./system.ts";

export type Tool = "compiler" | "cmake" | "make" | "python" | "pip";

interface Remedy {
  readonly problem: string;
  readonly packages: Record<PackageManager, string>;
  /** Where the command is not `<package manager> install <package>`. */
  readonly commands?: Partial<Record<PackageManager, string>>;
}

const REMEDIES: Record<Tool, Remedy> = {
  compiler: {
    problem: "no C++ compiler was found (tried c++, g++, clang++)",
    packages: { apt: "g++", dnf: "gcc-c++", brew: "gcc" },
    commands: { brew: "xcode-select --install" },
  },
  cmake: {
    problem: "CMake was not found (tried cmake)",
    packages: { apt: "cmake", dnf: "cmake", brew: "cmake" },
  },
  make: {
    problem: "CMake found no build program (make or ninja)",
    packages: { apt: "make", dnf: "make", brew: "ninja" },
    commands: { brew: "xcode-select --install" },
  },
  python: {
    problem: "no libtorch is here, and no Python to install it with (tried python3, python)",
    packages: { apt: "python3-pip", dnf: "python3-pip", brew: "python" },
  },
  pip: {
    problem: "Python is here, but its pip is not (tried python3 -m pip)",
    packages: { apt: "python3-pip", dnf: "python3-pip", brew: "python" },
  },
};

const INSTALL: Record<PackageManager, string> = {
  apt: "sudo apt install",
  dnf: "sudo dnf install",
  brew: "brew install",
};

/** The error for a missing tool, in one line. */
export function missing(tool: Tool, manager: PackageManager | null): Error {
  const { problem, packages, commands = {} } = REMEDIES[tool];
  const remedy = manager
    ? `get it with: ${commands[manager] ?? `${INSTALL[manager]} ${packages[manager]}`}`
    : `install the package named like ${packages.apt} with your system's package manager`;
  return new Error(`${problem}; ${remedy}`);
}
