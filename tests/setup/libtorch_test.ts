/** Finding libtorch: the order, and what is said of what cannot be used. */
import assert from "node:assert/strict";
import { findLibtorch, inspectLibtorch } from "../../src/setup/libtorch.ts";
import { isOlder, readVersion } from "../../src/setup/versions.ts";
import type { Python } from "../../src/setup/python.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { fakeMachine, writeLibtorch } from "./machine.ts";

const FILES = ["read", "write"] as const;

Deno.test("versions compare by their numbers, whatever their label", () => {
  assert.equal(isOlder("2.4.1+cu121", "2.5"), true);
  assert.equal(isOlder("1.13.0", "2.5"), true);
  assert.equal(isOlder("2.5.0", "2.5"), false);
  assert.equal(isOlder("2.13.0+cpu", "2.5"), false);
  assert.equal(isOlder("3.0.0a0+git1", "2.5"), false);
});

test(
  "LIBTORCH comes before the active Python's torch, and that before the project's own copy",
  FILES,
  async () => {
    await withTemporaryFolder(async (folder) => {
      const root = await Deno.realPath(folder);
      const named = await writeLibtorch(`${root}/named`);
      const active = await writeLibtorch(`${root}/active/torch`);
      const own = await writeLibtorch(`${root}/.libtorch/torch`);
      const withVariable = fakeMachine({ variables: { LIBTORCH: named } });
      assert.equal((await findLibtorch(root, python(active), withVariable))?.libtorch.folder, named);
      assert.equal((await findLibtorch(root, python(active), fakeMachine()))?.libtorch.folder, active);
      assert.equal((await findLibtorch(root, python(null), fakeMachine()))?.libtorch.folder, own);
      await Deno.remove(`${root}/.libtorch`, { recursive: true });
      assert.equal(await findLibtorch(root, python(null), fakeMachine()), null);
    });
  },
);

test("a LIBTORCH that holds no libtorch is an error, whatever else is there", FILES, async () => {
  await withTemporaryFolder(async (root) => {
    const active = await writeLibtorch(`${root}/active/torch`);
    const machine = fakeMachine({ variables: { LIBTORCH: `${root}/nowhere` } });
    await assert.rejects(
      findLibtorch(root, python(active), machine),
      /LIBTORCH=.*nowhere: expected a folder with include.*found no include\/ATen\/ATen\.h/,
    );
  });
});

test("a torch that is too old is said and passed over in Python, refused in LIBTORCH", FILES, async () => {
  await withTemporaryFolder(async (root) => {
    const old = await writeLibtorch(`${root}/active/torch`, "2.4.1+cu121");
    const machine = fakeMachine();
    assert.equal(await findLibtorch(root, python(old), machine), null);
    assert.match(machine.said.join("\n"), /expected libtorch 2\.5 or newer, found 2\.4\.1\+cu121/);
    const named = fakeMachine({ variables: { LIBTORCH: old } });
    await assert.rejects(findLibtorch(root, null, named), /expected libtorch 2\.5 or newer, found 2\.4\.1/);
  });
});

test(
  "the project's own copy needs PYTHONPATH, and a Python of the version it was installed for",
  FILES,
  async () => {
    await withTemporaryFolder(async (root) => {
      await writeLibtorch(`${root}/.libtorch/torch`);
      const found = await findLibtorch(root, python(null), fakeMachine());
      assert.deepEqual([found?.python, found?.pythonPath], ["/usr/bin/python3", `${root}/.libtorch`]);
      const newer = await findLibtorch(root, { ...python(null), version: "3.12.1" }, fakeMachine());
      assert.equal(newer?.python, null);
    });
  },
);

test(
  "the interpreter of a named installation is found beside it, and is null for a bare libtorch",
  FILES,
  async () => {
    await withTemporaryFolder(async (folder) => {
      const root = await Deno.realPath(folder);
      const package_ = await writeLibtorch(`${root}/env/lib/python3.11/site-packages/torch`);
      await Deno.mkdir(`${root}/env/bin`);
      await Deno.writeTextFile(`${root}/env/bin/python3.11`, "");
      const bare = await writeLibtorch(`${root}/libtorch`);
      const pick = async (LIBTORCH: string) =>
        (await findLibtorch(root, python(null), fakeMachine({ variables: { LIBTORCH } })))?.python;
      assert.equal(await pick(package_), `${root}/env/bin/python3.11`);
      assert.equal(await pick(bare), null);
    });
  },
);

test(
  "the version is read from version.py, from build-version, or from the headers old and new",
  FILES,
  async () => {
    await withTemporaryFolder(async (root) => {
      assert.equal(await readVersion(await writeLibtorch(`${root}/wheel`)), "2.13.0+cpu");
      await Deno.mkdir(`${root}/archive`);
      await Deno.writeTextFile(`${root}/archive/build-version`, "2.5.1+cu124\n");
      assert.equal(await readVersion(`${root}/archive`), "2.5.1+cu124");
      const macros =
        "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 7\n#define TORCH_VERSION_PATCH 1\n";
      for (const header of ["torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h"]) {
        const path = `${root}/${header.length}/include/${header}`;
        await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
        await Deno.writeTextFile(path, macros);
        assert.equal(await readVersion(`${root}/${header.length}`), "2.7.1");
      }
      assert.equal(await readVersion(`${root}/nowhere`), null);
    });
  },
);

test("a libtorch with libtorch_cuda is a CUDA build", FILES, async () => {
  await withTemporaryFolder(async (root) => {
    const folder = await writeLibtorch(root, "2.14.1+cu130");
    assert.deepEqual(await inspectLibtorch(folder, "linux"), {
      libtorch: { folder, version: "2.14.1+cu130", cuda: false },
    });
    await Deno.writeTextFile(`${root}/lib/libtorch_cuda.so`, "");
    assert.deepEqual(await inspectLibtorch(folder, "linux"), {
      libtorch: { folder, version: "2.14.1+cu130", cuda: true },
    });
  });
});

function python(torch: string | null): Python {
  return { command: "python3", executable: "/usr/bin/python3", version: "3.11.7", torch, torchVersion: null };
}
