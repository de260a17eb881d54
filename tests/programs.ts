/** Programs that some tests need, and how a browser is started so that it keeps quiet. */
import assert from "node:assert/strict";

export const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"];

export const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The first of `programs` that can be started; null where none can. Needs the permission to run programs. */
export function findProgram(programs: readonly string[]): string | null {
  return programs.find(isInstalled) ?? null;
}

function isInstalled(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Where a program that can be started lies, found along PATH. Needs to read files and the environment. */
export function pathOf(program: string): string {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const found = folders.map((folder) => `${folder}/${program}`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`expected ${program} in a folder of PATH, found none`);
  return found;
}

/** Runs a program in `folder` and returns what it printed; fails, with all that it said, where the program does. */
export async function ran(folder: string, program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const [said, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, `${program} ${args.join(" ")}: ${said}${failed}`);
  return said!;
}
