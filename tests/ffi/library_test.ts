/** What is said of a native library that does not fit. */
import { throws } from "node:assert/strict";
import { Library } from "../../src/ffi/library.ts";
import { ABI_VERSION } from "../../src/ffi/symbols.ts";
import { test, withTemporaryFolder } from "../support.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;

/** A library with these lines of C alone. */
async function compile(folder: string, source: string): Promise<string> {
  const file = `${folder}/library.c`;
  const library = `${folder}/library.so`;
  await Deno.writeTextFile(file, source);
  const { success, stderr } = await new Deno.Command("cc", {
    args: ["-shared", "-fPIC", "-o", library, file],
  })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return library;
}

test("a library of another version is told by its version, whatever it lacks", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const library = await compile(folder, "int nc_abi_version(void) { return 1; }");
    throws(
      () => Library.open(library),
      new Error(
        `the native library ${library} was built from other sources (ABI version 1, expected ${ABI_VERSION}): ` +
          "run `deno task setup` to build it again",
      ),
    );
  });
});

test("what lacks a symbol, or is no library, is told as the system tells it", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const library = await compile(folder, `int nc_abi_version(void) { return ${ABI_VERSION}; }`);
    throws(() => Library.open(library), /undefined symbol: nc_\w+\): run `deno task setup`/);
    await Deno.writeTextFile(library, "no library");
    throws(() => Library.open(library), /cannot open the native library .*: run `deno task setup`/);
  });
});
