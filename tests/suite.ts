/**
 * `deno task test`: runs the tests, then lists those that were ignored with their reasons. Where CI=true, a test that is
 * ignored without standing in tests/ignored.txt counts as failed, and so does one that stands there and is none.
 * The last line is "N passed, N failed".
 */
import { filesBelow } from "./cli/command.ts";
import { groupsOf, inLanes } from "./lanes.ts";
import { type Case, parseIgnored, parseReport, summarise } from "./suite_report.ts";

const LIST = new URL("ignored.txt", import.meta.url);
/** Processes at a time, at most: one more than the machine has cores, for tests wait, too, for files, processes and leases. */
const MOST_LANES = 4;

interface Outcome {
  readonly cases: readonly Case[];
  readonly success: boolean;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);

/** `args` go to `deno test`: files, --filter and the like; without any, all tests run, beside each other. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const whole = args.length === 0;
  const outcomes = whole ? await runAll() : [await run(args, { beside: false })];
  const summary = summarise(outcomes.flatMap(({ cases }) => cases), {
    allowed: parseIgnored(await Deno.readTextFile(LIST)),
    strict: Deno.env.get("CI") === "true",
    whole,
    success: outcomes.every(({ success }) => success),
  });
  console.log(summary.text);
  return summary.failed === 0 ? 0 : 1;
}

async function runAll(): Promise<Outcome[]> {
  const files = filesBelow("tests").filter((name) => name.endsWith("_test.ts"));
  const lanes = Math.min(MOST_LANES, navigator.hardwareConcurrency + 1);
  const paths = files.map((name) => `tests/${name}`);
  // Once for all, instead of in each process what others have checked.
  const check = new Deno.Command(Deno.execPath(), { args: ["check", "-q", ...paths] });
  if (!(await check.spawn().status).success) return [{ cases: [], success: false }];
  console.log(
    `${files.length} files, ${lanes} processes at a time; what a group of files has to say comes when it ends`,
  );
  return await inLanes(
    lanes,
    groupsOf(paths),
    (group) => run(group, { beside: lanes > 1 }),
  );
}

/** What one process of `deno test` came to. `beside` others, it says what it has to say when it ends. */
async function run(args: readonly string[], { beside }: { beside: boolean }): Promise<Outcome> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["test", "-q", "-P=tests", `--junit-path=${report}`, ...beside ? ["--no-check"] : [], ...args],
      // Threads that wait for their next piece of work by turning would keep the others from theirs.
      ...beside ? { stdout: "piped", stderr: "piped", env: { GOMP_SPINCOUNT: "1000" } } : {},
    });
    const success = beside ? await said(command) : (await command.spawn().status).success;
    return { cases: parseReport(await Deno.readTextFile(report)), success };
  } finally {
    await Deno.remove(report);
  }
}

async function said(command: Deno.Command): Promise<boolean> {
  const { success, stdout, stderr } = await command.output();
  for (const bytes of [stdout, stderr]) console.log(new TextDecoder().decode(bytes).trimEnd());
  return success;
}
