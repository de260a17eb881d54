/** The command line in this process, where it takes milliseconds: the same program, and what it would have said. */
import process from "node:process";
import { COMMANDS } from "../../src/cli/main.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { Finished } from "../cli/command.ts";

/** Runs a command in `folder`. No other may run meanwhile: the working folder and the streams are the process's. */
export async function runWithin(
  folder: string,
  args: readonly string[],
): Promise<Pick<Finished, "code" | "stderr">> {
  const [home, { log, error }, { stdout, stderr }] = [Deno.cwd(), { ...console }, process];
  const [writeOut, writeError] = [stdout.write, stderr.write];
  let said = "";
  console.log = () => {};
  console.error = (...parts: unknown[]) => said += `${parts.join(" ")}\n`;
  stdout.write = () => true;
  stderr.write = (text: string | Uint8Array) => {
    said += typeof text === "string" ? text : new TextDecoder().decode(text);
    return true;
  };
  Deno.chdir(folder);
  Deno.exitCode = 0;
  try {
    await runProgram(COMMANDS, { name: "deno task", description: "", args });
    return { code: Deno.exitCode, stderr: said };
  } finally {
    Deno.exitCode = 0;
    Deno.chdir(home);
    Object.assign(console, { log, error });
    Object.assign(stdout, { write: writeOut });
    Object.assign(stderr, { write: writeError });
  }
}
