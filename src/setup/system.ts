/** What set-up uses of the machine: commands, environment variables, the user's terminal. Tests put a fake in its place. */

export interface RunOptions {
  /** Lets the command write to the terminal itself, where there is one. What it writes is then not captured. */
  readonly show?: boolean;
}

/** How a command ended. */
export interface CommandResult {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export type PackageManager = "apt" | "dnf" | "brew";

export interface System {
  /** "linux" or "darwin"; set-up refuses all others. */
  readonly os: string;
  readonly packageManager: PackageManager | null;
  /** Processors, for parallel builds. */
  readonly processors: number;
  env(name: string): string | undefined;
  /** Runs a command to its end; null where there is no such command. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<CommandResult | null>;
  /** Tells the user one line. */
  say(line: string): void;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** The machine itself. Lines go to stderr: stdout belongs to the command that set-up prepares. */
export function thisMachine(signal: AbortSignal): System {
  return {
    os: Deno.build.os,
    packageManager: findPackageManager(),
    processors: navigator.hardwareConcurrency,
    env: (name) => Deno.env.get(name),
    run: (command, args, options) => runCommand(command, args, signal, options),
    say: (line) => console.error(line),
    signal,
  };
}

async function runCommand(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
  { show = false }: RunOptions = {},
): Promise<CommandResult | null> {
  signal.throwIfAborted();
  try {
    const inherits = show && Deno.stdout.isTerminal();
    const child = new Deno.Command(command, {
      args: [...args],
      stdin: "null",
      stdout: inherits ? "inherit" : "piped",
      stderr: "piped",
      signal,
    }).spawn();
    const [stdout, stderr, status] = await Promise.all([
      inherits ? "" : new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.status,
    ]);
    signal.throwIfAborted();
    return { success: status.success, stdout, stderr };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function findPackageManager(): PackageManager | null {
  if (Deno.build.os === "darwin") return "brew";
  if (exists("/usr/bin/apt-get")) return "apt";
  if (exists("/usr/bin/dnf")) return "dnf";
  return null;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
