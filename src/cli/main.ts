/** The command line: all commands there are. */
import { leave } from "../ffi/library.ts";
import { taskRunner } from "./command_line.ts";
import { compareCommand } from "./compare.ts";
import { dataCommand } from "./data.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { featuresCommand } from "./features.ts";
import { measureCommand } from "./measure.ts";
import { measureNetworks } from "./measure_networks.ts";
import { metricsCommand } from "./metrics.ts";
import { presetsCommand } from "./presets.ts";
import { runProgram, tell } from "./program.ts";
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
  () => measureCommand(measureNetworks),
  metricsCommand,
  presetsCommand,
  reportCommand,
  compareCommand,
  watchCommand,
  dataCommand,
  doctorCommand,
];

/** Runs the command that `args` begin with. */
export async function main(args: readonly string[]): Promise<void> {
  await runProgram(COMMANDS, {
    name: taskRunner(),
    description: "Trains image classifiers past zero error and measures their neural collapse.",
    args,
  });
}

if (import.meta.main) {
  // Native may be at work still for another promise.
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    leave(tell(event.reason));
  });
  await main(Deno.args);
}
