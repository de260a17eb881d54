/** Programs of several commands: they turn what a command throws into one line and an exit code. */
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import configuration from "../../deno.json" with { type: "json" };
import { inCommandsOfHere } from "./command_line.ts";

/** Exit code of a command line that cannot be understood. */
const USAGE_ERROR = 2;

/** Runs the command that `args` begin with. What it throws becomes the exit code of the process. */
export async function runProgram(
  makeCommands: readonly (() => CommandUnknownOpts)[],
  { name, description, args }: { name: string; description: string; args: readonly string[] },
): Promise<void> {
  const program = new Command(name)
    .description(description)
    .version(configuration.version)
    .configureOutput({
      // Colours would need permission to read the environment.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) =>
        write(`${text.trim().replaceAll("\n", " ")} (--help shows what is possible)\n`),
    })
    .exitOverride();
  for (const makeCommand of makeCommands) {
    program.addCommand(makeCommand().copyInheritedSettings(program));
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    Deno.exitCode = tell(error);
  }
}

/** Prints what went wrong and returns the exit code. */
export function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
  console.error(`error: ${inCommandsOfHere(line!)}`);
  if (Deno.env.get("NC_DEBUG") === "1") console.error(error);
  return 1;
}
