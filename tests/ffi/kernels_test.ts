/** The native kernels' own tests (native/tests), for each instruction set of this machine. */
import assert from "node:assert/strict";
import { test } from "../support.ts";

const SETUP_RECORD = new URL("../../native/build/setup.json", import.meta.url);
/** ATEN_CPU_CAPABILITY, each wider than the one before. Libtorch takes the one it is told, even if the processor lacks it. */
const CAPABILITIES = ["default", "avx2", "avx512"];

test(
  "every kernel computes what a plain computation does, with each instruction set",
  ["read", "run", "env", "ffi"],
  async (t) => {
    const { library } = JSON.parse(await Deno.readTextFile(SETUP_RECORD));
    const objects = library.replace(/[^/]*$/, "objects");
    const build = await run("cmake", ["--build", objects, "--target", "kernel_tests"]);
    assert.ok(build.success, build.text);

    const compare = async (env: Record<string, string>): Promise<string> => {
      const { success, text } = await run(`${objects}/kernel_tests`, [], env);
      const [, used = "", count] = /(\S+): (\d+) comparisons, 0 differ\n$/.exec(text) ?? [];
      assert.ok(success && Number(count) > 100_000, text);
      return used.toLowerCase();
    };
    let widest = "";
    await t.step("the widest of this machine", async () => {
      widest = await compare({});
    });
    for (const asked of CAPABILITIES.slice(0, Math.max(0, CAPABILITIES.indexOf(widest)))) {
      await t.step(`ATEN_CPU_CAPABILITY=${asked}`, async () => {
        assert.equal(await compare({ ATEN_CPU_CAPABILITY: asked }), asked);
      });
    }
  },
);

async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ success: boolean; text: string }> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], env }).output();
  const decoder = new TextDecoder();
  return { success, text: decoder.decode(stderr) + decoder.decode(stdout) };
}
