/**
 * The types of the library as .d.ts files. The TypeScript compiler takes them from the sources file by file: they say
 * all types at their borders.
 */
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** Texts by path below `root`, of `entry` and of all that its types lead to; `instead` has those that are other than their sources. */
export async function declarationsOf(
  root: string,
  entry: string,
  instead: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const target = path.replace(/\.ts$/, ".d.ts");
    if (files.has(target)) continue;
    const text = instead.get(path) ?? declarationOf(path, await Deno.readTextFile(`${root}/${path}`));
    // Node's resolution finds the declarations beside the name of a script.
    files.set(target, text.replace(IMPORT, (whole, from: string) => whole.replace(from, scriptOf(from))));
    for (const [, from] of text.matchAll(IMPORT)) open.push(join(dirname(path), from!));
  }
  return files;
}

/** Imports of other files, at the top of a file or inside a type. */
const IMPORT = /(?:from |import\()"(\.[^"]+)"/g;

function scriptOf(path: string): string {
  return path.replace(/\.ts$/, ".js");
}

function declarationOf(path: string, source: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(source, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      declaration: true,
      isolatedDeclarations: true,
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
    },
  });
  const [first] = diagnostics;
  if (first === undefined) return outputText;
  const line = source.slice(0, first.start).split("\n").length;
  throw new Error(
    `${relative(".", path)} line ${line}: expected a type that its own file says, found: ` +
      ts.flattenDiagnosticMessageText(first.messageText, " "),
  );
}
