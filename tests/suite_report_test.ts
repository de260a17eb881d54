/** No test vanishes without being counted: the report of a run is read whole, and ignored tests are held against a list. */
import { deepEqual, equal, match, throws } from "node:assert/strict";
import { type Case, type Ignored, parseIgnored, parseReport, summarise } from "./suite_report.ts";
import { test, withTemporaryFolder } from "./support.ts";

const TESTS = `
Deno.test("adds & <multiplies>", () => {});
Deno.test({ name: "needs a GPU [ignored: no \\"GPU\\" here]", ignore: true, fn() {} });
Deno.test({ name: "says nothing", ignore: true, fn() {} });
Deno.test("with steps", async (t) => {
  await t.step("one", () => {});
  await t.step({ name: "[ignored: no NumPy]", ignore: true, fn() {} });
});
Deno.test("fails", () => { throw new Error("> no"); });
`;

function caseOf(name: string, outcome: Case["outcome"], reason: string | null = null): Case {
  return { name, outcome, reason, isStep: false, seconds: 0 };
}

const CASES = [caseOf("a", "passed"), caseOf("b", "ignored", "no GPU"), caseOf("c", "ignored", "no GPU")];
const both: Ignored[] = [{ name: "b", reason: "no GPU" }, { name: "c", reason: "no GPU" }];
const STRICT = { strict: true, whole: true, success: true };

test("what Deno reports is read: outcomes, reasons and steps", ["read", "write", "run"], async () => {
  await withTemporaryFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x_test.ts`, TESTS);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "-q",
        "--no-config",
        "--no-check",
        `--junit-path=${folder}/x.xml`,
        `${folder}/x_test.ts`,
      ],
      stdout: "null",
      stderr: "null",
    }).output();
    equal(success, false);
    const cases = parseReport(await Deno.readTextFile(`${folder}/x.xml`));
    equal(cases.every(({ seconds }) => seconds >= 0 && seconds < 60), true);
    deepEqual(cases.map((one) => ({ ...one, seconds: 0 })), [
      caseOf("adds & <multiplies>", "passed"),
      caseOf("needs a GPU", "ignored", 'no "GPU" here'),
      caseOf("says nothing", "ignored", "without a reason"),
      caseOf("with steps", "passed"),
      caseOf("fails", "failed"),
      { name: "with steps > one", outcome: "passed", reason: null, isStep: true, seconds: 0 },
      { name: "with steps", outcome: "ignored", reason: "no NumPy", isStep: true, seconds: 0 },
    ]);
  });
});

Deno.test("a list of tests under their reasons is read, and one without a reason refused", () => {
  deepEqual(parseIgnored("# a remark\nno GPU\n  b\n  c\n\nno NumPy\n  d\n"), [
    ...both,
    { name: "d", reason: "no NumPy" },
  ]);
  throws(() => parseIgnored("\n  b\n"), /line 2: expected a reason before the first test/);
});

Deno.test("tests that may be ignored are listed with their reasons", () => {
  const { text, failed } = summarise(CASES, { ...STRICT, allowed: both });
  equal(failed, 0);
  equal(text, "\nignored, 2 in all:\nno GPU\n  b\n  c\n\n1 passed, 0 failed");
});

Deno.test("the slowest tests are named where all ran", () => {
  const cases = [{ ...CASES[0]!, seconds: 2.4 }, { ...CASES[0]!, name: "z", seconds: 30.6 }];
  equal(
    summarise(cases, { ...STRICT, allowed: [] }).text,
    "\nslowest:\n  31 s: z\n  2 s: a\n\n2 passed, 0 failed",
  );
  equal(summarise(cases, { ...STRICT, whole: false, allowed: [] }).text, "2 passed, 0 failed");
});

Deno.test("in CI a test that is ignored without standing on the list has failed, each by itself", () => {
  const { text, failed } = summarise(CASES, { ...STRICT, allowed: both.slice(0, 1) });
  equal(failed, 1);
  match(text, /failed, because ignored without [^:]*:\nno GPU\n {2}c\n\n1 passed, 1 failed$/);
  const twice = summarise([...CASES, CASES[1]!], { ...STRICT, allowed: both });
  equal(twice.failed, 1);
  const otherwise = summarise(CASES, { ...STRICT, allowed: both.map((one) => ({ ...one, reason: "luck" })) });
  equal(otherwise.failed, 2);
  equal(summarise(CASES, { ...STRICT, strict: false, allowed: [] }).failed, 0);
});

Deno.test("in CI a test on the list that is not there has failed, unless only some tests ran", () => {
  const allowed = [...both, { name: "gone", reason: "no GPU" }];
  const { text, failed } = summarise(CASES, { ...STRICT, allowed });
  equal(failed, 1);
  match(text, /and no test at all:\nno GPU\n {2}gone\n/);
  equal(summarise(CASES, { ...STRICT, whole: false, allowed }).failed, 0);
});

Deno.test("an error outside of the tests is a failure, and those that are counted are not counted twice", () => {
  equal(summarise([], { ...STRICT, whole: false, allowed: [], success: false }).failed, 1);
  equal(summarise(parseReport(""), { ...STRICT, allowed: both, success: false }).failed, 2);
  equal(summarise([caseOf("x", "failed")], { ...STRICT, allowed: [], success: false }).failed, 1);
});

test("every test that is ignored goes through the helpers that give its reason", ["read"], () => {
  const files = testFiles(new URL(".", import.meta.url));
  equal(files.length > 60, true);
  const others = files.filter((file) => !/\/(support|suite_report_test)\.ts$/.test(file.pathname));
  const without = others.filter((file) => /\bignore:|\.ignore\(/.test(Deno.readTextFileSync(file)));
  deepEqual(without.map(({ pathname }) => pathname), []);
});

test("no test has an empty body", ["read"], () => {
  const others = testFiles(new URL(".", import.meta.url)).filter((file) =>
    !/\/(support|suite_report_test)\.ts$/.test(file.pathname)
  );
  const empty = /[tT]est\w*\([^{}]*,\s*(async )?\(\w*\) => \{\s*\},?\s*\)/;
  deepEqual(
    others.filter((file) => empty.test(Deno.readTextFileSync(file))).map(({ pathname }) => pathname),
    [],
  );
});

function testFiles(folder: URL): URL[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) =>
    isDirectory ? testFiles(new URL(`${name}/`, folder)) : name.endsWith(".ts") ? [new URL(name, folder)] : []
  );
}
