/** `doctor`: what it says of this machine, and what it foresees. */
import assert from "node:assert/strict";
import { type Facts, troubles } from "../../src/cli/doctor.ts";
import { Library } from "../../src/ffi/library.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { runTool } from "./command.ts";

/** Of x86-64, each wider than the one before; on other processors libtorch judges the variable itself. */
const SETS = ["default", "avx2", "avx512"];

const WELL: Facts = {
  native: {
    libtorch: "2.13.0",
    cuda: 0,
    cudaGraphs: "no CUDA",
    cpuCapability: "AVX2",
    threads: 2,
    deterministic: false,
    gloo: "yes",
  },
  memory: 2 ** 34,
  disk: 2 ** 36,
  unwritable: null,
  pageScript: true,
};

test("each thing that would go wrong is told once, with what helps", [], () => {
  assert.deepEqual(troubles(WELL), []);
  const cases: [Partial<Facts>, RegExp][] = [
    [{ native: "the native library is not built yet: run `deno task setup`" }, /networks: .*deno task setup/],
    [{ memory: 2 ** 29 }, /2\.0 GiB of memory, and 0\.5 GiB are free: choose/],
    [{ disk: 2 ** 30 }, /4\.0 GiB, and 1\.0 GiB are free here: .*--runs/],
    [{ unwritable: "cannot write x (Read-only file system)" }, /Read-only file system/],
    [{ pageScript: false }, /not answer in the browser/],
  ];
  for (const [change, said] of cases) {
    const found = troubles({ ...WELL, ...change });
    assert.equal(found.length, 1);
    assert.match(found[0]!, said);
  }
});

test("doctor names versions, libtorch, processor, memory and disk, and leaves nothing behind", [
  "read",
  "write",
  "run",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const { code, stdout } = await runTool(folder, ["doctor"]);
    assert.equal(code, 0);
    for (
      const name of [
        "this tool",
        "Deno",
        "system",
        "libtorch",
        "CPU",
        "GPU",
        "ranks",
        "memory",
        "disk",
        "writing",
      ]
    ) {
      assert.match(stdout, new RegExp(`^${name}: +\\S`, "m"));
    }
    assert.deepEqual(Array.from(Deno.readDirSync(folder)), []);
  });
});

test("an instruction set that no processor or not this one has is refused before it is used", [
  "read",
  "write",
  "run",
  "ffi",
  "env",
], async () => {
  using library = Library.open();
  const widest = SETS.indexOf(library.describe().cpuCapability.toLowerCase());
  const asked = Deno.build.arch === "x86_64" ? ["sse9", ...SETS.slice(widest + 1)] : [];
  await withTemporaryFolder(async (folder) => {
    for (const name of asked) {
      const before = `export ATEN_CPU_CAPABILITY=${name}`;
      const { code, stdout, stderr } = await runTool(folder, ["train", "Drawn10"], { before });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(
        stderr,
        new RegExp(
          `^error: ATEN_CPU_CAPABILITY: expected default.*, which this processor has, found "${name}"; .*\n$`,
        ),
      );
    }
  });
});
