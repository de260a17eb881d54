/** The npm package: packed, installed into an empty project, and used there by Node, by Deno and in Chromium. */
import assert from "node:assert/strict";
import { gaussianCase } from "../collapse/features.ts";
import { encodeNpz, encodeSafetensors, encodeStateDict } from "../formats/whole_files.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { encodeNpy } from "../../src/formats/npy.ts";
import { packageFiles, tarball, tarballName } from "../../src/package/package.ts";
import { CHROMIUM, findProgram, ran } from "../programs.ts";
import { writeSyntheticRun } from "../report/written_run.ts";
import { ignoredTest, test, withTemporaryFolder } from "../support.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const NAME = "the package installs into an empty project and measures in Node and Deno";

/** Of the tarball: seven tenths are what draws pictures as PNG, and its two fonts. */
const MOST_BYTES = 2_800_000;

const USE = `
import { arraySource, measure } from "neural-collapse-lab";
const features = new Float32Array([2, 0, 1.5, 0, 0, 2, 0, 2.5]);
const train = arraySource({ features, labels: [0n, 0n, 1n, 1n], width: 2, classes: 2 });
const { values } = await measure({ train }, { metrics: ["nc1"] });
console.log(JSON.stringify(values));
`;

/** Of three classes in four dimensions. */
function featureArrays(): Record<string, TensorData> {
  const { features, labels, weight, bias } = gaussianCase({ counts: [9, 8, 7], width: 4 });
  return {
    train_features: { dtype: "float64", shape: [labels.length, 4], data: features },
    train_labels: { dtype: "int64", shape: [labels.length], data: BigInt64Array.from(labels, BigInt) },
    weight: { dtype: "float64", shape: [3, 4], data: weight },
    bias: { dtype: "float64", shape: [3], data: bias },
  } as Record<string, TensorData>;
}

type Values = Readonly<Record<string, number | null>>;

function requireClose(found: Values, expected: Values, bound: number): void {
  assert.deepEqual(Object.keys(found), Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) assert.equal(found[name], null, name);
    else assert.ok(Math.abs(found[name]! - value) <= bound * Math.max(1, Math.abs(value)), name);
  }
}

const INSTALLED = "node_modules/neural-collapse-lab/command/bin/neural-collapse.js";

/** The command as npm installed it; what npx adds to it takes longer than it does. */
function command(folder: string, words: readonly string[]): Promise<string> {
  return ran(folder, "node", [INSTALLED, ...words]);
}

const permitted = Deno.permissions.querySync({ name: "run" }).state === "granted";
if (permitted && (findProgram(["npm"]) === null || findProgram(["node"]) === null)) {
  ignoredTest(NAME, "no npm or node here");
} else {
  test(NAME, ["read", "write", "run", "env"], async (t) => {
    await withTemporaryFolder(async (folder) => {
      const files = await packageFiles(ROOT);
      const packed = await tarball(files);
      await t.step("it is small, and brings no reader of pictures along, which it never reads", () => {
        assert.ok(packed.length < MOST_BYTES, `expected under ${MOST_BYTES} bytes, found ${packed.length}`);
        for (const [path, text] of files) {
          assert.doesNotMatch(text, /src\/data\/own\/|npmjs\.org\/(?:@jsquash|hyparquet)/, path);
          // Such bytes are copied where they are imported, one property each, which takes ten seconds.
          assert.doesNotMatch(text, /module\.exports = __toBinary/, path);
        }
      });
      await Deno.writeFile(`${folder}/${tarballName()}`, packed);
      await Deno.writeTextFile(`${folder}/package.json`, `{ "private": true, "type": "module" }`);
      await ran(folder, "npm", ["install", "--offline", "--no-audit", "--no-fund", tarballName()]);
      await Deno.writeTextFile(`${folder}/use.js`, USE);

      await t.step("Node and Deno find the same numbers, those of a family among them", async () => {
        const inNode = await ran(folder, "node", ["use.js"]);
        const values = JSON.parse(inNode) as Record<string, number | null>;
        assert.ok(values.nc1_quotient_train! > 0);
        assert.equal(values.train_accuracy, null);
        assert.equal(await ran(folder, "deno", ["run", "--no-prompt", "use.js"]), inNode);
      });

      await t.step(
        "the command measures the same of every format, in Node as in Deno, and reports",
        async () => {
          const arrays = featureArrays();
          await Deno.writeFile(`${folder}/features.npz`, encodeNpz(Object.entries(arrays)));
          await Deno.writeFile(`${folder}/features.pth`, encodeStateDict(new Map(Object.entries(arrays))));
          await Deno.writeFile(
            `${folder}/features.safetensors`,
            encodeSafetensors(new Map(Object.entries(arrays))),
          );
          await Deno.mkdir(`${folder}/features`);
          for (const [name, array] of Object.entries(arrays)) {
            await Deno.writeFile(`${folder}/features/${name}.npy`, encodeNpy(array));
          }
          const values = async (program: string, words: readonly string[]) => {
            const [{ values }] = JSON.parse(await ran(folder, program, words));
            return JSON.stringify(values);
          };
          const whole = await values("node", [INSTALLED, "measure", "features.npz", "--json", "--quiet"]);
          assert.ok(JSON.parse(whole).within_class_variation > 0);
          for (const form of ["features.pth", "features.safetensors", "features"]) {
            assert.equal(await values("node", [INSTALLED, "measure", form, "--json"]), whole);
          }
          // Runtimes differ in the last bits of logarithms, and native sums in another order.
          const main = ["--config", `${ROOT}/deno.json`, `${ROOT}/src/cli/main.ts`];
          for (const [words, bound] of [[[INSTALLED], 1e-12], [main, 1e-9]] as const) {
            const others = await values("deno", ["run", "-A", ...words, "measure", "features.npz", "--json"]);
            requireClose(JSON.parse(others), JSON.parse(whole), bound);
          }
          const report = ["neural-collapse", "measure", "features.npz", "--epoch", "3", "--report", "one"];
          await ran(folder, "npx", report);
          assert.match(
            await Deno.readTextFile(`${folder}/reports/one/index.html`),
            /npx neural-collapse measure/,
          );
          assert.match(
            await command(folder, ["metrics", "nc1_pinv"]),
            /pseudo-inverse|S_B†/,
          );
        },
      );

      await t.step("it writes reports of runs and compares them, in Node as in Deno", async () => {
        await writeSyntheticRun(`${folder}/runs/first`);
        await writeSyntheticRun(`${folder}/runs/second`);
        const lock = `${folder}/runs/first/.reporting.lock.node`;
        await Deno.writeTextFile(lock, String(Deno.pid));
        await assert.rejects(
          command(folder, ["report", "first"]),
          /error: another process is reporting runs\/first: expected one at a time[^\n]+\n$/,
        );
        // That of a process that is over holds nobody up.
        await Deno.writeTextFile(lock, String(2 ** 30));
        await command(folder, ["report", "first"]);
        await assert.rejects(Deno.stat(lock), Deno.errors.NotFound);
        const files = await Array.fromAsync(Deno.readDir(`${folder}/reports/first`), ({ name }) => name);
        for (
          const file of ["index.html", "definitions.html", "columns.json", "metrics.csv", "overview.png"]
        ) {
          assert.ok(files.includes(file), `${file} among ${files.join(", ")}`);
        }
        const page = await Deno.readTextFile(`${folder}/reports/first/index.html`);
        assert.match(page, /id="data"/);
        assert.match(page, /What this run shows/);
        const compare = ["compare", "first", "second", "--text"];
        const said = await ran(folder, "npx", ["neural-collapse", ...compare]);
        assert.match(said, /first, 2 seeds[^]*within_class_variation/);
        assert.equal(await ran(folder, "deno", ["run", "-A", INSTALLED, ...compare]), said);
        await command(folder, ["compare", "first", "second", "--name", "both"]);
        assert.match(await Deno.readTextFile(`${folder}/reports/both/index.html`), /What differs/);
      });

      await t.step("it measures and reports on macOS and Windows, as far as Node says so", async () => {
        const found = await Promise.all(["linux", "darwin", "win32"].map(async (platform) => {
          const there = `Object.defineProperty(process, "platform", { value: "${platform}" })`;
          const words = [
            "measure",
            "features.npz",
            "--json",
            "--quiet",
            "--epoch",
            "1",
            "--report",
            platform,
          ];
          const said = await ran(folder, "node", [
            "--import",
            `data:text/javascript,${there}`,
            INSTALLED,
            ...words,
          ]);
          assert.match(
            await Deno.readTextFile(`${folder}/reports/${platform}/index.html`),
            /What this run shows/,
          );
          return JSON.stringify(JSON.parse(said)[0].values);
        }));
        assert.equal(new Set(found).size, 1);
      });

      await t.step("what it cannot do it says in a line", async () => {
        const network: TensorData = { dtype: "float32", shape: [3, 4], data: new Float32Array(12) };
        await Deno.writeFile(
          `${folder}/network.pth`,
          encodeStateDict(new Map([["conv1.weight", network], ["fc.weight", network]])),
        );
        await assert.rejects(
          command(folder, ["measure", "network.pth"]),
          /: error: network\.pth: expected features \(a dict with train_features\), found a network, [^\n]+libtorch[^\n]+\n$/,
        );
        await Deno.writeTextFile(`${folder}/damaged.npz`, "PK");
        await assert.rejects(
          command(folder, ["measure", "damaged.npz"]),
          /error: damaged\.npz: truncated, or not a zip[^\n]*\n$/,
        );
        await assert.rejects(command(folder, ["train"]), /unknown command 'train'/);
        await assert.rejects(
          command(folder, ["report", "none"]),
          /expected a run in runs\/none, found the runs first, second/,
        );
      });

      await t.step("a bundler takes the library to Chromium, which finds the same numbers", async () => {
        if (findProgram(CHROMIUM) === null) return;
        await ran(folder, "deno", ["bundle", "-q", "--platform", "browser", "-o", "page.js", "use.js"]);
        // The driver of the browser looks at files of the system that only --allow-all opens.
        const run = ["run", "-A", "--no-check", "--config", `${ROOT}/deno.json`];
        const said = await ran(folder, "deno", [...run, `${ROOT}/tests/package/in_chromium.ts`, "page.js"]);
        assert.equal(said, await ran(folder, "node", ["use.js"]));
      });

      await t.step("names of columns are checked by the compiler", async () => {
        const typed = (name: string) =>
          `${USE}export const found: number | null | undefined = values.${name};\n`;
        await Deno.writeTextFile(`${folder}/right.ts`, typed("nc1_quotient_train"));
        await Deno.writeTextFile(`${folder}/set.ts`, typed("nc5_neco_ood_SVHN"));
        await Deno.writeTextFile(`${folder}/wrong.ts`, typed("nonsense"));
        await ran(folder, "deno", ["check", "right.ts", "set.ts"]);
        await assert.rejects(
          ran(folder, "deno", ["check", "wrong.ts"]),
          /Property 'nonsense' does not exist/,
        );
      });

      await t.step("nothing is installed beside it", async () => {
        const installed = await Array.fromAsync(Deno.readDir(`${folder}/node_modules`));
        assert.deepEqual(
          installed.map(({ name }) => name).filter((name) => !name.startsWith(".")),
          ["neural-collapse-lab"],
        );
      });
    });
  });
}

test("the same sources give the same tarball", ["read"], async () => {
  const files = new Map([["package.json", "{}\n"], ["types/mod.d.ts", "export {};\n"]]);
  assert.deepEqual(await tarball(files), await tarball(files));
});
