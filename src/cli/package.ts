/** `deno task package`: writes the npm package of the library. A program of its own: no other command waits for a compiler. */
import { resolve } from "node:path";
import { writeWhole } from "../files.ts";
import { packageFiles, tarball, tarballName } from "../package/package.ts";

const ROOT = resolve(import.meta.dirname!, "../..");

if (import.meta.main) {
  try {
    const path = `build/${tarballName()}`;
    await writeWhole(`${ROOT}/${path}`, await tarball(await packageFiles(ROOT)));
    console.error(`packed ${path}; npm install ${path} in a project takes it`);
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}
