/**
 * `deno task test`: runs the tests, then lists those that were ignored with their reasons. Where CI=true, a test that is
 * ignored without standing in tests/ignored.txt counts as failed, and so does one that stands there and is none.
 * The last line is "N passed, N failed".
 */
import { filesBelow } from "./cli/command.ts";
import { groupsOf, inLanes } from "./lanes.ts";
import { startOracle } from "./oracle.ts";
import { type Case, parseIgnored, parseReport, summarise } from "./suite_report.ts";

const LIST = new URL("ignored.txt", import.meta.url);
/** Processes at a time, at most: one more than the machine has cores, for tests wait, too, for files, processes and leases. */
const MOST_LANES = 4;

interface Outcome {
  readonly cases: readonly Case[];
  readonly success: boolean;
}

interface Surroundings {
  /** Whether others run meanwhile: then it says what it has to say when it ends. */
  readonly beside: boolean;
  /** Variables of its own. */
  readonly env: Record<string, string>;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);

/** `args` go to `deno test`: files, --filter and the like; without any, all tests run, beside each other. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const whole = args.length === 0;
  const outcomes = whole ? await runAll() : [await run(args, { beside: false, env: {} })];
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
  const lanes = Math.min(MOST_LANES, navigator.hardwareConcurrency + 1);
  const paths = filesBelow("tests").filter((name) => name.endsWith("_test.ts")).map((name) =>
    `tests/${name}`
  );
  console.log(
    `${paths.length} files, ${lanes} processes at a time; what a group of files has to say comes when it ends`,
  );
  await using oracle = await startOracle();
  const surroundings = { beside: true, env: oracle?.env ?? {} };
  const works = [
    () => checked(paths),
    ...groupsOf(paths).map((group) => () => runTogether(group, surroundings)),
  ];
  return await inLanes(lanes, works, (work) => work());
}

/** The types of all files, once, instead of in each process what others have checked. */
async function checked(files: readonly string[]): Promise<Outcome> {
  const command = new Deno.Command(Deno.execPath(), { args: ["check", "-q", ...files] });
  return { cases: [], success: (await command.spawn().status).success };
}

/** Runs a group of files as one module: what they import is loaded once, instead of for each of them. */
async function runTogether(files: readonly string[], options: Surroundings): Promise<Outcome> {
  const module = await Deno.makeTempFile({ prefix: "tests_", suffix: ".js" });
  try {
    const urls = files.map((file) => new URL(`../${file}`, import.meta.url).href);
    await Deno.writeTextFile(module, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
    return await run([module], options);
  } finally {
    await Deno.remove(module);
  }
}

/** What one process of `deno test` came to. */
async function run(args: readonly string[], { beside, env }: Surroundings): Promise<Outcome> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["test", "-q", "-P=tests", `--junit-path=${report}`, ...beside ? ["--no-check"] : [], ...args],
      // Threads that wait for their next piece of work by turning would keep the others from theirs.
      env: { ...env, ...beside && { GOMP_SPINCOUNT: "1000" } },
      ...beside ? { stdout: "piped", stderr: "piped" } : {},
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
