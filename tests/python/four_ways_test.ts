/** From the same features the package, the Python file, the page and `deno task measure` compute the same numbers. */
import assert from "node:assert/strict";
import { packageFiles } from "../../src/package/package.ts";
import { runTool } from "../cli/command.ts";
import { SAMPLEWISE } from "../collapse/samplewise.ts";
import { testWithNumPy } from "../oracle.ts";
import { CHROMIUM, findProgram, ran } from "../programs.ts";
import { ignoredTest, withTemporaryFolder } from "../support.ts";
import { runScript } from "./python.ts";

const NAME =
  "the package, the Python file, the page and the command measure the same features alike, to 1e-9";
const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

type Values = { readonly [metric: string]: number | null };

/** The library as a project uses it that installed the package. */
const IN_NODE = `
import { readFileSync } from "node:fs";
import { arraySource, measure } from "neural-collapse-lab";
const { classes, width, classifier: [weight, bias], ...splits } = JSON.parse(readFileSync("samples.json", "utf8"));
const source = ([features, labels]) => arraySource({ features: Float64Array.from(features), labels, width, classes });
const classifier = { weight: Float64Array.from(weight), bias: Float64Array.from(bias) };
const { values } = await measure({ train: source(splits.train), test: source(splits.test), classifier });
console.log(JSON.stringify(values));
`;

const permitted = Deno.permissions.querySync({ name: "run" }).state === "granted";
const missing = permitted
  ? [["node"], CHROMIUM].find((programs) => findProgram(programs) === null)
  : undefined;
if (missing !== undefined) ignoredTest(NAME, `no ${missing.join(" or ")} here`);
else {
  testWithNumPy(NAME, async () => {
    await withTemporaryFolder(async (folder) => {
      const python: Readonly<Record<string, Values>> = JSON.parse(await runScript("four_ways.py", [folder]));
      const { code, stdout, stderr } = await runTool(folder, ["measure", "features.npz", "--json"]);
      assert.equal(code, 0, stderr);
      const [{ values: expected }] = JSON.parse(stdout) as [{ values: Values }];
      assert.ok(Object.values(expected).filter((value) => value !== null).length > 100);
      assertClose(python.features!, expected, "the Python file");
      assertClose(
        python.statistics!,
        Object.fromEntries(
          Object.entries(expected).map(([name, value]) => [name, SAMPLEWISE.has(name) ? null : value]),
        ),
        "its statistics",
      );
      await install(folder);
      assertClose(JSON.parse(await ran(folder, "node", ["use.js"])), expected, "the package");
      // The driver of the browser looks at files of the system that only --allow-all opens.
      const page = ["run", "-A", "--no-check", "--config", `${ROOT}/deno.json`];
      const inPage = await ran(folder, Deno.execPath(), [
        ...page,
        `${ROOT}/tests/explore/measure_in_page.ts`,
        "features.npz",
      ]);
      assertClose(JSON.parse(inPage), expected, "the page");
    });
  }, ["read", "write", "run", "env", "sys", "ffi"]);
}

/** As npm would, without npm: the files of the package where Node looks for them. */
async function install(folder: string): Promise<void> {
  const place = `${folder}/node_modules/neural-collapse-lab`;
  for (const [path, text] of await packageFiles(ROOT)) {
    await Deno.mkdir(`${place}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${place}/${path}`, text);
  }
  await Deno.writeTextFile(`${folder}/package.json`, `{ "private": true, "type": "module" }`);
  await Deno.writeTextFile(`${folder}/use.js`, IN_NODE);
}

function assertClose(found: Values, expected: Values, who: string): void {
  assert.deepEqual(Object.keys(found), Object.keys(expected), who);
  for (const [metric, value] of Object.entries(expected)) {
    const number = found[metric]!;
    if (value === null || number === null) assert.equal(number, value, `${who}: ${metric}`);
    else {
      assert.ok(
        Math.abs(number - value) <= 1e-9 * Math.abs(value) + 1e-12,
        `${who}: ${metric}: ${number}, expected ${value}`,
      );
    }
  }
}
