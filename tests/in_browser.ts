/** Tests in Debian's Chromium. */
import assert from "node:assert/strict";
import { CHROMIUM, findProgram } from "./programs.ts";
import { ignoredTest, type Need, test } from "./support.ts";

/**
 * Registers the tests of `file`, beside the caller's, as one; where there is no Chromium it is ignored and says so.
 * The driver of the browser looks at files of the system that only --allow-all opens, hence the process of its own.
 */
export function testInBrowser(name: string, file: URL, needs: readonly Need[]): void {
  const permitted = Deno.permissions.querySync({ name: "run" }).state === "granted";
  if (permitted && findProgram(CHROMIUM) === null) {
    ignoredTest(name, `no ${CHROMIUM.join(" or ")} here`);
    return;
  }
  test(name, needs, async () => {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-q", "--allow-all", "--no-check", file.pathname],
      env: { NO_COLOR: "1" },
    }).output();
    const [said, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.ok(success, `${said}\n${failed}`);
  });
}
