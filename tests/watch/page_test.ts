/** The test of page.ts in Debian's Chromium. Where there is none it is ignored and says so. */
import assert from "node:assert/strict";
import { CHROMIUM, findProgram } from "../programs.ts";
import { ignoredTest, test } from "../support.ts";

const NAME = "a watched page follows a training in a browser";
const permitted = Deno.permissions.querySync({ name: "run" }).state === "granted";

if (permitted && findProgram(CHROMIUM) === null) ignoredTest(NAME, `no ${CHROMIUM.join(" or ")} here`);
else {
  test(NAME, ["read", "write", "run", "net"], async () => {
    // The driver of the browser looks at files of the system that only --allow-all opens, hence the process of its own.
    const file = new URL("page.ts", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-q", "--allow-all", "--no-check", file],
      env: { NO_COLOR: "1" },
    }).output();
    const [said, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.ok(success, `${said}\n${failed}`);
  });
}
