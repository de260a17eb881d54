/** The npm package: packed, installed into an empty project, and used there by Node and by Deno. */
import assert from "node:assert/strict";
import { packageFiles, tarball, tarballName } from "../../src/package/package.ts";
import { findProgram } from "../programs.ts";
import { ignoredTest, test, withTemporaryFolder } from "../support.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const NAME = "the package installs into an empty project and measures in Node and Deno";

const USE = `
import { arraySource, measure } from "neural-collapse-lab";
const features = new Float32Array([2, 0, 1.5, 0, 0, 2, 0, 2.5]);
const train = arraySource({ features, labels: [0n, 0n, 1n, 1n], width: 2, classes: 2 });
const { values } = await measure({ train }, { metrics: ["nc1"] });
console.log(JSON.stringify(values));
`;

async function ran(folder: string, program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const [said, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, `${program} ${args.join(" ")}: ${said}${failed}`);
  return said!;
}

const permitted = Deno.permissions.querySync({ name: "run" }).state === "granted";
if (permitted && (findProgram(["npm"]) === null || findProgram(["node"]) === null)) {
  ignoredTest(NAME, "no npm or node here");
} else {
  test(NAME, ["read", "write", "run", "env"], async (t) => {
    await withTemporaryFolder(async (folder) => {
      await Deno.writeFile(`${folder}/${tarballName()}`, await tarball(await packageFiles(ROOT)));
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
