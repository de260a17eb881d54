/** The command line: wires the commands, and turns what they throw into one line and an exit code. */
import { Command, CommanderError } from "@commander-js/extra-typings";
import configuration from "../../deno.json" with { type: "json" };
import { reportCommand } from "./report.ts";
import { trainCommand } from "./train.ts";
import { validateCommand } from "./validate.ts";

const USAGE_ERROR = 2;

if (import.meta.main) await main(Deno.args);

async function main(args: readonly string[]): Promise<void> {
  const program = new Command("deno task")
    .description("Trains image classifiers past zero error and measures their neural collapse.")
    .version(configuration.version)
    .showHelpAfterError("run it with --help to see what is possible")
    .exitOverride();
  for (const command of [trainCommand(), validateCommand(), reportCommand()]) {
    program.addCommand(command.copyInheritedSettings(program as unknown as Command));
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    Deno.exitCode = report(error);
  }
}

/** Prints what went wrong and returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
  console.error(`error: ${line}`);
  if (Deno.env.get("NC_DEBUG") === "1") console.error(error);
  return 1;
}
