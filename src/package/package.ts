/** The npm package: the library and the command, a script without dependencies each, types, what npm reads. */
import { createGzip } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import configuration from "../../deno.json" with { type: "json" };
import { bundled, lowered } from "./bundle.ts";
import { declarationsOf } from "./declarations.ts";
import { namesDeclaration } from "./names.ts";

const ENTRY = "mod.ts";
const COMMAND = "src/cli/neural_collapse.ts";
/** In the package, as deep as its source lies in the project, from where it finds the script of pages. */
const COMMAND_SCRIPT = "command/bin/neural-collapse.js";
const PAGE_SCRIPT = "build/page.js";
const MANIFEST = {
  name: configuration.name,
  version: configuration.version,
  description: "Measures neural collapse on the features of a classifier",
  keywords: ["neural-collapse", "deep-learning", "representation"],
  license: configuration.license,
  type: "module",
  sideEffects: false,
  engines: { node: ">=20" },
  bin: { "neural-collapse": `./${COMMAND_SCRIPT}` },
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
    ["index.js", await bundled(root, ENTRY, "browser")],
    [COMMAND_SCRIPT, `#!/usr/bin/env node\n${lowered(await bundled(root, COMMAND, "deno"))}`],
    [PAGE_SCRIPT, await Deno.readTextFile(`${root}/${PAGE_SCRIPT}`)],
    ...[...declarations].map(([path, text]) => [`types/${path}`, text] as const),
  ]);
}

/** A tarball as `npm pack` makes it: the same bytes for the same files. */
export async function tarball(files: ReadonlyMap<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const archive = pack();
  for (const [path, text] of files) {
    const mode = path === COMMAND_SCRIPT ? 0o755 : 0o644;
    archive.entry({ name: `package/${path}`, mode, mtime: new Date(0) }, text);
  }
  archive.finalize();
  const gzip = createGzip();
  archive.pipe(gzip);
  return new Uint8Array(await buffer(gzip));
}

/** File name of the tarball. */
export function tarballName(): string {
  return `${MANIFEST.name}-${MANIFEST.version}.tgz`;
}
