/** The command of the npm package, on Node as on Deno: what needs no libtorch. */
import "../package/on_node.ts";
import process from "node:process";
import { runAs } from "./command_line.ts";
import { compareCommand } from "./compare.ts";
import { measureCommand } from "./measure.ts";
import { metricsCommand } from "./metrics.ts";
import { runProgram, tell } from "./program.ts";
import { reportCommand } from "./report.ts";

const NAME = "npx neural-collapse";

process.on("unhandledRejection", (reason) => process.exit(tell(reason)));
runAs(NAME, ["measure", "metrics", "report", "compare"]);
await runProgram([() => measureCommand(null), metricsCommand, reportCommand, compareCommand], {
  name: NAME,
  description: "Measures neural collapse on the features of a classifier.",
  args: Deno.args,
});
