/** What deno.json promises of its tasks: set-up first, and the least permissions. */
import assert from "node:assert/strict";
import { TASK_ENVIRONMENT } from "../../bench/environment.ts";
import { test } from "../support.ts";

const ROOT = new URL("../../", import.meta.url);
const WITHOUT_SETUP = ["setup", "ready", "doctor", "check", "ok"];

test("every task that runs the tool or its tests makes sure of the set-up first", ["read"], async () => {
  const { tasks } = await readConfiguration();
  for (const [name, task] of Object.entries(tasks)) {
    if (!WITHOUT_SETUP.includes(name)) assert.deepEqual(task.dependencies, ["ready"], name);
  }
});

test("no task runs with all permissions, and each names a permission set that exists", ["read"], async () => {
  const { tasks, permissions } = await readConfiguration();
  for (const [name, { command }] of Object.entries(tasks)) {
    assert.doesNotMatch(command, /(^|\s)(-A|--allow-all)\b/, name);
    const sets = [...command.matchAll(/-P=(\S+)/g)].map(([, set]) => set ?? "");
    for (const set of sets) assert.ok(set in permissions, `task ${name} names the set ${set}`);
    if (/deno (run|test)/.test(command)) assert.equal(sets.length, 1, name);
  }
});

// glibc gives each thread an arena of its own by default, and keeps what is freed in it for that thread alone.
// Native cannot set what cuBLAS reads without a race against other threads that read the environment.
test(
  "every task that computes in native sets one arena of memory and cuBLAS's workspace",
  ["read"],
  async () => {
    const { tasks, permissions } = await readConfiguration();
    const native = Object.values(tasks).filter(({ command }) => {
      const [, set = ""] = /-P=(\S+) src\/cli\//.exec(command) ?? [];
      return permissions[set]?.ffi !== undefined;
    });
    assert.ok(native.length > 0);
    const settings = Object.entries(TASK_ENVIRONMENT).map(([name, value]) => `${name}=${value} `).join("");
    for (const { command } of native) assert.ok(command.startsWith(`${settings}deno run `), command);
  },
);

test("set-up imports nothing that would have to be downloaded first", ["read"], async () => {
  const files = [new URL("src/cli/setup.ts", ROOT)];
  for await (const entry of Deno.readDir(new URL("src/setup", ROOT))) {
    files.push(new URL(`src/setup/${entry.name}`, ROOT));
  }
  for (const file of files) {
    const imports = [...(await Deno.readTextFile(file)).matchAll(/^(?:import|export) .*?from "(.*)";$/gms)];
    for (const [, from] of imports) assert.match(from ?? "", /^(\.\.?\/|node:)/, file.pathname);
  }
});

interface Configuration {
  tasks: Record<string, { command: string; dependencies?: string[] }>;
  permissions: Record<string, { ffi?: unknown }>;
}

async function readConfiguration(): Promise<Configuration> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
}
