/** The script of the pages: bundled once, again where its sources change, and missed without harm. */
import assert from "node:assert/strict";
import { bundlePageScript } from "../../src/setup/page_script.ts";
import type { System } from "../../src/setup/system.ts";
import { test, withTemporaryFolder } from "../support.ts";

test("the script is bundled once, and again where a source has changed", ["read", "write"], async () => {
  await withTemporaryFolder(async (root) => {
    await Deno.mkdir(`${root}/src/explore`, { recursive: true });
    const source = `${root}/src/explore/page.ts`;
    await Deno.writeTextFile(source, "1;");
    const { system, ran } = machine({ success: true, stdout: "bundled", stderr: "" });
    await bundlePageScript(root, system);
    await bundlePageScript(root, system);
    assert.equal(ran.length, 1);
    assert.match(await Deno.readTextFile(`${root}/build/page.js`), /^\/\/ [0-9a-f]{64}\nbundled$/);
    await Deno.writeTextFile(source, "2;");
    await bundlePageScript(root, system);
    assert.equal(ran.length, 2);
    assert.deepEqual(Array.from(Deno.readDirSync(`${root}/build`), ({ name }) => name), ["page.js"]);
  });
});

test("where it cannot be bundled set-up goes on and says what follows", ["read", "write"], async () => {
  await withTemporaryFolder(async (root) => {
    for (const outcome of [null, { success: false, stdout: "", stderr: "no network\nmore" }]) {
      const { system, said } = machine(outcome);
      await bundlePageScript(root, system);
      const reason = outcome === null ? "no deno on the path" : "no network";
      assert.deepEqual(said, [
        `note: the script of the pages could not be bundled (${reason}); reports show their pictures without it`,
      ]);
    }
  });
});

type Outcome = NonNullable<Awaited<ReturnType<System["run"]>>>;

/** A machine whose every command ends so. */
function machine(outcome: Outcome | null): { system: System; ran: string[]; said: string[] } {
  const [ran, said]: [string[], string[]] = [[], []];
  const system: System = {
    os: "linux",
    packageManager: null,
    processors: 1,
    env: () => undefined,
    run: (command, args) => {
      ran.push([command, ...args].join(" "));
      return Promise.resolve(outcome);
    },
    say: (line) => void said.push(line),
    signal: new AbortController().signal,
  };
  return { system, ran, said };
}
