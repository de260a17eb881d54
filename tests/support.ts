/** What the tests share: permission-aware registration, temporary folders, the Python oracle, closeness. */

export type Need = "read" | "write" | "run" | "ffi" | "env" | "net" | "sys";

/**
 * Registers a test that needs permissions. Without them the test is reported as ignored, with the reason in
 * its name, so that a plain `deno test` passes.
 */
export function test(
  name: string,
  needs: readonly Need[],
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const missing = needs.filter((kind) => Deno.permissions.querySync({ name: kind }).state !== "granted");
  if (missing.length === 0) Deno.test(name, fn);
  else ignoredTest(name, `needs ${missing.map((m) => `--allow-${m}`).join(" ")}; use \`deno task test\``);
}

/** Registers a test that cannot run here. tests/ignored.txt says which reasons are accepted for which tests. */
export function ignoredTest(name: string, reason: string): void {
  Deno.test({ name: `${name} [ignored: ${reason}]`, ignore: true, fn() {} });
}

/** As {@link ignoredTest}, for what only the running test `t` can find out. */
export async function ignoredStep(t: Deno.TestContext, reason: string): Promise<void> {
  await t.step({ name: `[ignored: ${reason}]`, ignore: true, fn() {} });
}

/** Runs `body` with a fresh folder that is removed afterwards. */
export async function withTemporaryFolder(body: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
