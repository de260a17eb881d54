/** What the tests share: permission-aware registration, temporary folders, the Python oracle, closeness. */

type Need = "read" | "write" | "run" | "ffi" | "env" | "net";

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
  const ignore = missing.length > 0;
  const title = ignore
    ? `${name} [ignored: needs ${missing.map((m) => `--allow-${m}`).join(" ")}; use \`deno task test\`]`
    : name;
  Deno.test({ name: title, ignore, fn });
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
