/** The npm package of the library: one script without dependencies, its types, what npm reads. */
import { createGzip } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import configuration from "../../deno.json" with { type: "json" };
import { declarationsOf } from "./declarations.ts";
import { namesDeclaration } from "./names.ts";

const ENTRY = "mod.ts";
const MANIFEST = {
  name: configuration.name,
  version: configuration.version,
  description: "Measures neural collapse on the features of a classifier",
  keywords: ["neural-collapse", "deep-learning", "representation"],
  license: configuration.license,
  type: "module",
  sideEffects: false,
  engines: { node: ">=20" },
  types: "./types/mod.d.ts",
  exports: { ".": { types: "./types/mod.d.ts", default: "./index.js" } },
};

/** Texts by path in the package. `root` is the project's folder. Throws with the bundler's words where it fails. */
export async function packageFiles(root: string): Promise<Map<string, string>> {
  const instead = new Map([["src/collapse/by_metric.ts", namesDeclaration()]]);
  const declarations = await declarationsOf(root, ENTRY, instead);
  return new Map([
    ["package.json", `${JSON.stringify(MANIFEST, null, 2)}\n`],
    ["README.md", await Deno.readTextFile(new URL("README.md", import.meta.url))],
    ["LICENSE", await Deno.readTextFile(`${root}/LICENSE`)],
    ["index.js", await bundled(root)],
    ...[...declarations].map(([path, text]) => [`types/${path}`, text] as const),
  ]);
}

/** A tarball as `npm pack` makes it: the same bytes for the same files. */
export async function tarball(files: ReadonlyMap<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const archive = pack();
  for (const [path, text] of files) archive.entry({ name: `package/${path}`, mtime: new Date(0) }, text);
  archive.finalize();
  const gzip = createGzip();
  archive.pipe(gzip);
  return new Uint8Array(await buffer(gzip));
}

/** File name of the tarball. */
export function tarballName(): string {
  return `${MANIFEST.name}-${MANIFEST.version}.tgz`;
}

/** Deno's own bundler, which already makes the script of the pages: no other tool has to be kept in step. */
async function bundled(root: string): Promise<string> {
  const words = [
    "bundle",
    "-q",
    "--config",
    `${root}/deno.json`,
    "--platform",
    "browser",
    `${root}/${ENTRY}`,
  ];
  const { success, stdout, stderr } = await new Deno.Command("deno", { args: words }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`deno bundle failed: ${new TextDecoder().decode(stderr).trim().split("\n")[0]}`);
}
