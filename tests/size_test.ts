/** No file of more than 250 lines and no function of more than 60, but where the file says in a line why. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "./support.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDERS = ["src", "bench"];
/** Lines. */
const MOST = { file: 250, function: 60 };
/** What begins the line. */
const WHY = /\bWhole because \S+ \S+/;

/** Paths of the sources, from the root. */
function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT))).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sources(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
}

interface Long {
  readonly line: number;
  readonly lines: number;
}

/** The functions of more than `most` lines, by Deno's own parser. */
function longFunctions(path: string, text: string, most: number): Long[] {
  const long: Long[] = [];
  const lineOf = (offset: number) => text.slice(0, offset).split("\n").length;
  const visit = ({ range: [start, end] }: { range: readonly [number, number] }) => {
    const [line, last] = [lineOf(start), lineOf(end)];
    const lines = last - line + 1;
    if (lines > most) long.push({ line, lines });
  };
  const create = () => ({
    FunctionDeclaration: visit,
    FunctionExpression: visit,
    ArrowFunctionExpression: visit,
  });
  Deno.lint.runPlugin({ name: "size", rules: { functions: { create } } }, path, text);
  return long;
}

/** What is too long in a file, a line each. */
function tooLong(path: string, text: string, most: typeof MOST): string[] {
  if (WHY.test(text)) return [];
  const lines = text.trimEnd().split("\n").length;
  return [
    ...lines > most.file ? [`${path}: ${lines} lines, expected at most ${most.file}`] : [],
    ...longFunctions(path, text, most.function).map(({ line, lines }) =>
      `${path}:${line}: a function of ${lines} lines, expected at most ${most.function}`
    ),
  ];
}

test("files and functions are short, or say why they read better whole", ["read"], () => {
  const paths = FOLDERS.flatMap(sources);
  ok(paths.length > 150);
  const found = paths.flatMap((path) => tooLong(path, Deno.readTextFileSync(new URL(path, ROOT)), MOST));
  equal(found.join("\n"), "");
});

Deno.test("what is too long is found, unless it says why", () => {
  const most = { file: 4, function: 2 };
  const text = "const f = () => {\n  return 1;\n};\n\nclass C {\n  m(): void {}\n}\n";
  const found = ["a.ts: 7 lines, expected at most 4", "a.ts:1: a function of 3 lines, expected at most 2"];
  deepEqual(tooLong("a.ts", text, most), found);
  deepEqual(tooLong("a.ts", `// Whole because its parts\n${text}`, most), []);
});
