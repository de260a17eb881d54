/** What src/ exports is used: by another file, and not by tests alone. */
import { deepEqual, ok } from "node:assert/strict";
import { test } from "./support.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDERS = ["src", "bench", "tests", "examples"];
const EXPORT = /^export (?:async )?(?:abstract )?(?:function\*?|const|class|interface|type) (\w+)/gm;

function filesBelow(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT))).flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : /\.(ts|mjs)$/.test(name) ? [`${folder}/${name}`] : []
  );
}

/** How often each word stands in a text, comments aside. */
function wordsOf(text: string): Map<string, number> {
  const words = new Map<string, number>();
  const code = text.replace(/\/\*.*?\*\//gs, "").replace(/(^|\s)\/\/.*/g, "");
  for (const [word] of code.matchAll(/\w+/g)) words.set(word, (words.get(word) ?? 0) + 1);
  return words;
}

/** Values that no other file names, and all that only tests name. Types may be exported for the functions that take them. */
function unused(texts: ReadonlyMap<string, string>): string[] {
  const words = new Map([...texts].map(([file, text]) => [file, wordsOf(text)]));
  // A module that is exported as a whole is read through its index.
  const whole = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/^export \* from "\.\/([^"]+)"/gm)].map(([, name]) => file.replace(/[^/]*$/, name!))
  );
  return [...texts].flatMap(([file, text]) => {
    if (!file.startsWith("src/") || whole.includes(file)) return [];
    return [...text.matchAll(EXPORT)].map(([line, name]) => ({ line, name: name! })).filter(
      ({ line, name }) => {
        const users = [...words].filter(([other, its]) => other !== file && its.has(name));
        const inside = words.get(file)!.get(name)! > 1;
        const isType = /^export (interface|type)/.test(line);
        return users.every(([other]) => other.startsWith("tests/")) && !inside ||
          users.length === 0 && !isType;
      },
    ).map(({ name }) => `${file}: ${name}`);
  });
}

test("nothing is exported that nobody uses", ["read"], () => {
  const files = [...FOLDERS.flatMap(filesBelow), "mod.ts"];
  const texts = new Map(files.map((file) => [file, Deno.readTextFileSync(new URL(file, ROOT))]));
  ok(texts.size > 200);
  deepEqual(unused(texts).join("\n"), "");
});

Deno.test("an export that only its own file or only tests use is found", () => {
  const texts = new Map([
    [
      "src/a.ts",
      "export const inside = 1;\nexport const tested = 2;\nexport type T = 3;\nexport const used = inside;\nfunction f(t: T) {}",
    ],
    ["src/b.ts", 'import { used } from "./a.ts";'],
    ["tests/a_test.ts", 'import { tested } from "../src/a.ts"; // inside'],
  ]);
  deepEqual(unused(texts), ["src/a.ts: inside", "src/a.ts: tested"]);
});
