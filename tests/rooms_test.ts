/** Who may import whom: the borders between the folders of src/. */
import { deepEqual, ok } from "node:assert/strict";
import { test } from "./support.ts";

const SOURCE = new URL("../src/", import.meta.url);

/** The rooms of src/: each may import those before it, and none after. */
const ROOMS = [
  "names.ts",
  "shell.ts",
  "fields.ts",
  "kind.ts",
  "collapse",
  "formats",
  "models",
  "files.ts",
  "file_store.ts",
  "data",
  "experiment",
  "run",
  "ffi",
  "engine",
  "train",
  "measuring",
  "report",
  "explore",
  "watch",
  "study",
  "package",
  "setup",
  "cli",
];
/** What a room may not import although it comes after it; "*" stands for every room. */
const APART: Readonly<Record<string, readonly string[]>> = {
  ffi: ["*"],
  setup: ["*"],
  measuring: ["train"],
  report: ["ffi", "engine", "train", "measuring"],
  explore: ["ffi", "engine", "train", "measuring"],
  watch: ["ffi", "engine", "train", "measuring", "explore"],
};
/** Rooms that run in any JavaScript runtime. */
const PURE = [
  "names.ts",
  "shell.ts",
  "fields.ts",
  "kind.ts",
  "collapse",
  "formats",
  "models",
  "experiment",
  "explore",
];

interface Import {
  /** Path of the importing file below src/. */
  readonly file: string;
  readonly specifier: string;
  /** Followed when the importing file is loaded: neither types alone nor where a function asks for it. */
  readonly atOnce: boolean;
}

function sourceFiles(folder: URL = SOURCE): URL[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) =>
    isDirectory
      ? sourceFiles(new URL(`${name}/`, folder))
      : name.endsWith(".ts")
      ? [new URL(name, folder)]
      : []
  );
}

function pathBelowSource(file: URL): string {
  return file.pathname.slice(SOURCE.pathname.length);
}

function roomOf(path: string): string {
  return path.split("/")[0];
}

function importsOf(file: URL): Import[] {
  const text = Deno.readTextFileSync(file);
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ];
  return specifiers.map(([text, from, bare, dynamic]) => ({
    file: pathBelowSource(file),
    specifier: from ?? bare ?? dynamic,
    atOnce: dynamic === undefined && !/^(import|export) type\b/.test(text),
  }));
}

/** The path below src/ that an import leads to, or null for what is not in there. */
function fileOf({ file, specifier }: Import): string | null {
  if (!specifier.startsWith(".")) return null;
  const target = new URL(specifier, new URL(file, SOURCE));
  return target.pathname.startsWith(SOURCE.pathname) ? pathBelowSource(target) : null;
}

/** The room an import leads to, or null for what is not in src/. */
function targetOf(one: Import): string | null {
  const file = fileOf(one);
  return file === null ? null : roomOf(file);
}

/** Pairs of which none is left when those that nothing leads to, or that lead nowhere, are taken away again and again. */
function circular(
  pairs: readonly (readonly [from: string, to: string])[],
): readonly (readonly [string, string])[] {
  const [froms, tos] = [new Set(pairs.map(([from]) => from)), new Set(pairs.map(([, to]) => to))];
  const left = pairs.filter(([from, to]) => tos.has(from) && froms.has(to));
  return left.length === pairs.length ? left : circular(left);
}

test("every room has its place in the order", ["read"], () => {
  deepEqual(
    [...new Set(sourceFiles().map((file) => roomOf(pathBelowSource(file))))].sort(),
    ROOMS.toSorted(),
  );
});

test("each room imports rooms before it, never after", ["read"], () => {
  const crossing = sourceFiles().flatMap(importsOf).filter((one) => {
    const from = roomOf(one.file);
    const to = targetOf(one);
    if (to === null || to === from) return false;
    const apart = APART[from] ?? [];
    return ROOMS.indexOf(to) > ROOMS.indexOf(from) || apart.includes("*") || apart.includes(to);
  });
  deepEqual(crossing, []);
});

test("no files import each other in a circle", ["read"], () => {
  const pairs = sourceFiles().flatMap(importsOf).flatMap((one) => {
    const to = fileOf(one);
    return to === null ? [] : [[one.file, to] as const];
  });
  ok(pairs.length > 0);
  deepEqual(circular(pairs), []);
  const ab = [["a", "b"], ["b", "c"], ["c", "b"], ["c", "d"]] as const;
  deepEqual(circular(ab), [["b", "c"], ["c", "b"]]);
});

test(
  "rooms that run anywhere import neither Deno's nor Node's modules and do not name Deno",
  ["read"],
  () => {
    const files = sourceFiles().filter((file) => PURE.includes(roomOf(pathBelowSource(file))));
    ok(files.length > 0);
    deepEqual(files.flatMap(importsOf).filter(({ specifier }) => specifier.startsWith("node:")), []);
    const naming = files.filter((file) => /\bDeno\./.test(Deno.readTextFileSync(file))).map(pathBelowSource);
    deepEqual(naming, []);
  },
);

test("what draws is loaded by the commands that draw, when they do", ["read"], () => {
  const reached = new Set(["cli/main.ts"]);
  const packages = new Set<string>();
  for (const file of reached) {
    for (const one of importsOf(new URL(file, SOURCE)).filter(({ atOnce }) => atOnce)) {
      const to = fileOf(one);
      if (to?.endsWith(".ts")) reached.add(to);
      else packages.add(one.specifier);
    }
  }
  ok(reached.has("cli/train.ts") && packages.has("@commander-js/extra-typings"));
  deepEqual(["@observablehq/plot", "linkedom", "temml"].filter((name) => packages.has(name)), []);
});

test("only ffi opens the native library", ["read"], () => {
  const opening = sourceFiles().filter((file) => Deno.readTextFileSync(file).includes("Deno.dlopen("));
  deepEqual(opening.map(pathBelowSource), ["ffi/library.ts"]);
});

test("set-up imports no package, because it runs before any is there", ["read"], () => {
  const entries = sourceFiles().filter((file) => /^(setup\/|cli\/setup\.ts)/.test(pathBelowSource(file)));
  const packages = entries.flatMap(importsOf).filter(({ specifier }) => !/^(\.|node:)/.test(specifier));
  deepEqual(packages, []);
});
