/** Who may import whom: the borders between the folders of src/. */
import { deepEqual, ok } from "node:assert/strict";
import { test } from "./support.ts";

const SOURCE = new URL("../src/", import.meta.url);

/** Files and folders of src/ that each room may import besides itself. Rooms that are not listed may import all but cli. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "record.ts": [],
  "files.ts": [],
  "names.ts": [],
  collapse: ["record.ts"],
  models: ["record.ts"],
  formats: ["record.ts"],
  ffi: [],
  data: ["names.ts", "formats"],
  setup: [],
  report: ["record.ts", "files.ts", "collapse"],
  train: ["record.ts", "files.ts", "names.ts", "collapse", "models", "formats", "data", "ffi"],
};
/** Rooms that run in any JavaScript runtime. */
const PURE = ["record.ts", "names.ts", "collapse", "models", "formats"];

interface Import {
  /** Path of the importing file below src/. */
  readonly file: string;
  readonly specifier: string;
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
  return specifiers.map(([, from, bare, dynamic]) => ({
    file: pathBelowSource(file),
    specifier: from ?? bare ?? dynamic,
  }));
}

/** The room an import leads to, or null for what is not in src/. */
function targetOf({ file, specifier }: Import): string | null {
  if (!specifier.startsWith(".")) return null;
  const target = new URL(specifier, new URL(file, SOURCE));
  return target.pathname.startsWith(SOURCE.pathname) ? roomOf(pathBelowSource(target)) : null;
}

test("each room imports only the rooms it may", ["read"], () => {
  const files = sourceFiles();
  ok(files.length > 100);
  const crossing = files.flatMap(importsOf).filter((one) => {
    const from = roomOf(one.file);
    const to = targetOf(one);
    if (to === null || to === from) return false;
    return to === "cli" || (from in MAY_IMPORT && !MAY_IMPORT[from].includes(to));
  });
  deepEqual(crossing, []);
});

test(
  "rooms that run anywhere import neither Deno's nor Node's modules and do not name Deno",
  ["read"],
  () => {
    const files = sourceFiles().filter((file) => PURE.includes(roomOf(pathBelowSource(file))));
    ok(files.length > 40);
    deepEqual(files.flatMap(importsOf).filter(({ specifier }) => specifier.startsWith("node:")), []);
    const naming = files.filter((file) => /\bDeno\./.test(Deno.readTextFileSync(file))).map(pathBelowSource);
    deepEqual(naming, []);
  },
);

test("only ffi opens the native library", ["read"], () => {
  const opening = sourceFiles().filter((file) => Deno.readTextFileSync(file).includes("Deno.dlopen("));
  deepEqual(opening.map(pathBelowSource), ["ffi/library.ts"]);
});

test("set-up imports no package, because it runs before any is there", ["read"], () => {
  const entries = sourceFiles().filter((file) => /^(setup\/|cli\/setup\.ts)/.test(pathBelowSource(file)));
  const packages = entries.flatMap(importsOf).filter(({ specifier }) => !/^(\.|node:)/.test(specifier));
  deepEqual(packages, []);
});
