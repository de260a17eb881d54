/**
 * The script of the pages, bundled once from src/explore and the locked packages into build/page.js: reports hold it,
 * so that they answer without a network, and writing one needs none.
 */
import { exists, readText, sha256 } from "./filesystem.ts";
import type { System } from "./system.ts";

/** Where the bundle lies, within the project. Its first line is a comment with the digest of what it was made from. */
const PAGE_SCRIPT = "build/page.js";

/** Folders whose files may be in the bundle, and what decides the packages in it. */
const FOLDERS = ["src/explore", "src/report", "src/collapse"];
const FILES = ["deno.json", "deno.lock"];

/**
 * Bundles where the bundle is missing or of other sources. Where that fails, as it does without a network the first
 * time, it says so in one line: pages then show their pictures without answering.
 */
export async function bundlePageScript(root: string, system: System): Promise<void> {
  const digest = await sha256(JSON.stringify(await sources(root)));
  const path = `${root}/${PAGE_SCRIPT}`;
  const head = `// ${digest}\n`;
  if ((await readText(path))?.startsWith(head)) return;
  const bundle = ["bundle", "-q", "--config", `${root}/deno.json`, "--platform", "browser", "--minify"];
  const result = await system.run("deno", [...bundle, `${root}/src/explore/page.ts`]);
  if (!result?.success) {
    const reason = result === null ? "no deno on the path" : result.stderr.trim().split("\n")[0];
    system.say(
      `note: the script of the pages could not be bundled (${reason}); reports show their pictures without it`,
    );
    return;
  }
  await Deno.mkdir(`${root}/build`, { recursive: true });
  // Of two set-ups at once each writes a file of its own, and the last one stays, whole.
  const part = `${path}.${crypto.randomUUID()}.part`;
  await Deno.writeTextFile(part, head + result.stdout);
  await Deno.rename(part, path);
}

/** [path, text] of all that the bundle depends on, in a fixed order. */
async function sources(root: string): Promise<[string, string | null][]> {
  const paths = [...(await Promise.all(FOLDERS.map((folder) => filesIn(root, folder)))).flat(), ...FILES];
  return await Promise.all(
    paths.sort().map(async (
      path,
    ): Promise<[string, string | null]> => [path, await readText(`${root}/${path}`)]),
  );
}

async function filesIn(root: string, folder: string): Promise<string[]> {
  if (!await exists(`${root}/${folder}`)) return [];
  const entries = await Array.fromAsync(Deno.readDir(`${root}/${folder}`));
  const lists = entries.map(({ name, isDirectory }) =>
    isDirectory ? filesIn(root, `${folder}/${name}`) : [`${folder}/${name}`]
  );
  return (await Promise.all(lists)).flat();
}
