/** Each example of the library runs where it says, and all of them find the same numbers. */
import assert from "node:assert/strict";
import { select } from "../../src/collapse/catalogue.ts";
import { CHROMIUM, findProgram, QUIET } from "../programs.ts";
import { ignoredTest, test, withTemporaryFolder } from "../support.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const NEEDS = ["read", "write", "run"] as const;
/** What an example prints: a number or a reason for each metric. */
type Findings = ReadonlyMap<string, string>;

test("the example for Deno measures without any permission", NEEDS, async () => {
  const found = await inDeno();
  assert.deepEqual([...found.keys()], select("default").map(({ name }) => name));
  assert.equal(found.get("train_accuracy"), "100");
  assert.match(found.get("within_class_variation")!, /^0\.018/);
  assert.equal(found.get("test_accuracy"), "is not defined: there is no test split");
});

testWithProgram(["node"], "the example for Node finds the numbers that Deno finds", async (node) => {
  await withTemporaryFolder(async (folder) => {
    await bundle("mod.ts", `${folder}/neural-collapse.mjs`);
    await Deno.copyFile(`${ROOT}examples/node.mjs`, `${folder}/node.mjs`);
    assertSame(parse(await output(node, [`${folder}/node.mjs`])), await inDeno());
  });
});

testWithProgram(CHROMIUM, "the example for browsers finds the numbers that Deno finds", async (chromium) => {
  await withTemporaryFolder(async (folder) => {
    await bundle("examples/browser.ts", `${folder}/browser.js`, "--format", "iife");
    await Deno.copyFile(`${ROOT}examples/browser.html`, `${folder}/browser.html`);
    const page = await output(chromium, [
      "--headless",
      ...QUIET,
      `--user-data-dir=${folder}/profile`,
      "--virtual-time-budget=20000",
      "--dump-dom",
      `file://${folder}/browser.html`,
    ]);
    const [, results] = /<pre id="results">([^<]*)<\/pre>/.exec(page) ?? [];
    assert.ok(results, page);
    assertSame(parse(results), await inDeno());
  });
});

/** Registers a test that needs the first of some programs; where none is installed, it is ignored and says so. */
function testWithProgram(
  programs: readonly string[],
  name: string,
  fn: (program: string) => Promise<void>,
): void {
  const permitted = Deno.permissions.querySync({ name: "run" }).state === "granted";
  const program = permitted ? findProgram(programs) : null;
  if (permitted && program === null) {
    ignoredTest(name, `no ${programs.join(" or ")} here`);
  } else test(name, NEEDS, () => fn(program!));
}

async function inDeno(): Promise<Findings> {
  return parse(await output(Deno.execPath(), ["run", "-q", "--no-prompt", "--no-lock", "examples/deno.ts"]));
}

async function bundle(entry: string, file: string, ...options: string[]): Promise<void> {
  const args = ["bundle", "-q", "--no-lock", "--platform", "browser", "--minify", ...options];
  await output(Deno.execPath(), [...args, "--output", file, entry]);
}

async function output(command: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], cwd: ROOT })
    .output();
  assert.ok(success, `${command} ${args.join(" ")}\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function parse(text: string): Findings {
  return new Map(
    text.trim().split("\n").map((line) => line.split(/ (.*)/) as [string, string]),
  );
}

/** Reasons must be equal, numbers to 1e-9: samples that come in pieces are added up in another order. */
function assertSame(found: Findings, expected: Findings): void {
  assert.deepEqual([...found.keys()], [...expected.keys()]);
  for (const [metric, text] of expected) {
    const [a, b] = [found.get(metric)!, text].map(Number) as [number, number];
    if (Number.isNaN(b)) assert.equal(found.get(metric), text, metric);
    else assert.ok(Math.abs(a - b) <= 1e-9 * Math.abs(b) + 1e-13, `${metric}: ${a}, ${b}`);
  }
}
