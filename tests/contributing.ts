/** Performs the examples of CONTRIBUTING.md word for word, each in a copy of the project. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { withTemporaryFolder } from "./support.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const PAGE = `${ROOT}CONTRIBUTING.md`;
/** What of the project is copied; the library that was built is taken along. */
const PARTS = [
  "src",
  "tests",
  "bench",
  "native/include",
  "native/src",
  "native/tests",
  "native/CMakeLists.txt",
];
const FILES = ["deno.json", "deno.lock", "mod.ts"];

/** What an example does, in the page's order. */
export type Step =
  | { readonly kind: "write" | "change"; readonly file: string; readonly text: string }
  | { readonly kind: "run"; readonly commands: readonly string[]; readonly prints: readonly string[] };

/** The examples of the page by their headings. A block is of the file that is named last before it. */
export async function examples(): Promise<Map<string, Step[]>> {
  return examplesIn(await Deno.readTextFile(PAGE));
}

function examplesIn(page: string): Map<string, Step[]> {
  const found = new Map<string, Step[]>();
  for (const section of page.split(/^## /m).slice(1)) {
    const steps: Step[] = [];
    for (const [, before, language, text] of section.matchAll(/(.*?)^```(\w+)\n(.*?)^```$/gms)) {
      const file = [...before!.matchAll(/`([\w./]+\.\w+)`/g)].at(-1)?.[1] ?? "";
      const last = steps.at(-1);
      if (language === "sh") {
        steps.push({ kind: "run", commands: text!.trimEnd().split("\n"), prints: [] });
      } else if (language === "text") {
        assert.ok(last?.kind === "run", `a text block of "${section.split("\n")[0]}" follows no commands`);
        steps.splice(-1, 1, { ...last, prints: text!.trimEnd().split("\n") });
      } else steps.push({ kind: language === "diff" ? "change" : "write", file, text: text! });
    }
    if (steps.length > 0) found.set(section.split("\n")[0]!, steps);
  }
  return found;
}

/** Adds the lines with + between those that stand around them, which must be found once, and takes away those with −. */
function changed(text: string, diff: string, file: string): string {
  return diff.split(/^@@\n/m).reduce((whole, hunk) => {
    const lines = hunk.trimEnd().split("\n");
    const side = (without: string) =>
      lines.filter((line) => !line.startsWith(without)).map((line) => `${line.slice(1)}\n`).join("");
    const parts = whole.split(side("+"));
    assert.equal(parts.length, 2, `${file}: expected these lines once:\n${side("+")}`);
    return parts.join(side("-"));
  }, text);
}

/** Whether an example needs another native library than the one that is there: minutes, where no compiler cache helps. */
export function buildsNative(steps: readonly Step[]): boolean {
  return steps.some((step) => step.kind === "run" && step.commands.includes("deno task ready"));
}

/** Performs an example in a copy of its own. Throws where a command fails or does not print what the page says. */
export async function performExample(steps: readonly Step[]): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const record = await copyProject(folder);
    for (const step of steps) await perform(step, folder, record);
  });
}

/** What set-up wrote down. */
interface SetupRecord {
  readonly libtorch: string;
  readonly library: string;
  readonly python: string | null;
  readonly pythonPath: string | null;
}

async function copyProject(folder: string): Promise<SetupRecord> {
  for (const file of FILES) await Deno.copyFile(ROOT + file, `${folder}/${file}`);
  for (const part of PARTS) await copyBelow(part, folder);
  const record: SetupRecord = JSON.parse(await Deno.readTextFile(`${ROOT}native/build/setup.json`));
  const library = `${folder}/native/build/${record.library.split("/").at(-1)}`;
  await Deno.mkdir(dirname(library), { recursive: true });
  await Deno.copyFile(record.library, library);
  await Deno.writeTextFile(`${folder}/native/build/setup.json`, JSON.stringify({ ...record, library }));
  return record;
}

async function copyBelow(path: string, folder: string): Promise<void> {
  if (!(await Deno.stat(ROOT + path)).isDirectory) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    return await Deno.copyFile(ROOT + path, `${folder}/${path}`);
  }
  for await (const { name } of Deno.readDir(ROOT + path)) await copyBelow(`${path}/${name}`, folder);
}

/** Performs a step in `folder`. */
async function perform(step: Step, folder: string, record: SetupRecord): Promise<void> {
  if (step.kind !== "run") {
    const path = `${folder}/${step.file}`;
    const text = step.kind === "write"
      ? step.text
      : changed(await Deno.readTextFile(path), step.text, step.file);
    return await Deno.writeTextFile(path, text);
  }
  let printed = "";
  for (const command of step.commands) {
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", await withoutSetup(command, folder)],
      cwd: folder,
      // Where a filter leaves tests out, CI would count them as ignored.
      env: { NO_COLOR: "1", CI: "", ...settingsOf(record) },
    }).output();
    const [said, warned] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.equal(code, 0, `${command}\n${said}${warned}`);
    printed += said!;
  }
  for (const line of step.prints) assert.ok(printed.includes(line), `expected "${line}", found:\n${printed}`);
}

/** The same libtorch and Python as here, where the copy is set up anew. */
function settingsOf({ libtorch, python, pythonPath }: SetupRecord): Record<string, string> {
  return {
    LIBTORCH: libtorch,
    ...python === null ? {} : { NC_ORACLE_PYTHON: python },
    ...pythonPath === null ? {} : { PYTHONPATH: pythonPath },
  };
}

/** A task without what it depends on: the copy has been set up. */
async function withoutSetup(command: string, folder: string): Promise<string> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
  return command.replace(/^deno task (\S+)/, (_, task) => tasks[task].command);
}
