/** The command line: wires the commands, and turns what they throw into one line and an exit code. */
import { Command, CommanderError } from "@commander-js/extra-typings";
import configuration from "../../deno.json" with { type: "json" };
import { leave } from "../ffi/library.ts";
import { inCommandsOfHere, taskRunner } from "./command_line.ts";
import { compareCommand } from "./compare.ts";
import { dataCommand } from "./data.ts";
import { demoCommand } from "./demo.ts";
import { featuresCommand } from "./features.ts";
import { measureCommand } from "./measure.ts";
import { metricsCommand } from "./metrics.ts";
import { presetsCommand } from "./presets.ts";
import { reportCommand } from "./report.ts";
import { studyCommand } from "./study.ts";
import { trainCommand } from "./train.ts";
import { validateCommand } from "./validate.ts";
import { watchCommand } from "./watch.ts";

const COMMANDS = [
  demoCommand,
  trainCommand,
  validateCommand,
  studyCommand,
  featuresCommand,
  measureCommand,
  metricsCommand,
  presetsCommand,
  reportCommand,
  compareCommand,
  watchCommand,
  dataCommand,
];

/** Exit code of a command line that cannot be understood. */
const USAGE_ERROR = 2;

if (import.meta.main) await main(Deno.args);

async function main(args: readonly string[]): Promise<void> {
  const program = new Command(taskRunner())
    .description("Trains image classifiers past zero error and measures their neural collapse.")
    .version(configuration.version)
    .configureOutput({
      // Colours would need permission to read the environment.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) =>
        write(`${text.trim().replaceAll("\n", " ")} (--help shows what is possible)\n`),
    })
    .exitOverride();
  for (const makeCommand of COMMANDS) {
    program.addCommand(makeCommand().copyInheritedSettings(program));
  }
  // Native may be at work still for another promise.
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    leave(report(event.reason));
  });
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
  console.error(`error: ${inCommandsOfHere(line!)}`);
  if (Deno.env.get("NC_DEBUG") === "1") console.error(error);
  return 1;
}
