/**
 * `deno task test`: runs the tests, then lists those that were ignored with their reasons. Where CI=true, a test that is
 * ignored without standing in tests/ignored.txt counts as failed, and so does one that stands there and is none.
 * The last line is "N passed, N failed".
 */
import { parseIgnored, parseReport, summarise } from "./suite_report.ts";

const LIST = new URL("ignored.txt", import.meta.url);

if (import.meta.main) Deno.exitCode = await main(Deno.args);

/** `args` go to `deno test`: files, --filter and the like. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-q", "-P=tests", `--junit-path=${report}`, ...args],
    }).spawn().status;
    const summary = summarise(parseReport(await Deno.readTextFile(report)), {
      allowed: parseIgnored(await Deno.readTextFile(LIST)),
      strict: Deno.env.get("CI") === "true",
      whole: args.length === 0,
      success,
    });
    console.log(summary.text);
    return summary.failed === 0 ? 0 : 1;
  } finally {
    await Deno.remove(report);
  }
}
