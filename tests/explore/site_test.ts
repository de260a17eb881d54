/** The tests of site.ts in Debian's Chromium. Where there is none they are ignored and say so. */
import assert from "node:assert/strict";
import { CHROMIUM, findProgram } from "../programs.ts";
import { ignoredTest, test } from "../support.ts";

const NAME = "dropped features are measured in a browser, from disk, without a message or a request";
const permitted = Deno.permissions.querySync({ name: "run" }).state === "granted";

if (permitted && findProgram(CHROMIUM) === null) ignoredTest(NAME, `no ${CHROMIUM.join(" or ")} here`);
else {
  test(NAME, ["read", "write", "run"], async () => {
    // The driver of the browser looks at files of the system that only --allow-all opens, hence the process of its own.
    const pages = new URL("site.ts", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-q", "--allow-all", "--no-check", pages],
      env: { NO_COLOR: "1" },
    }).output();
    const [said, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.ok(success, `${said}\n${failed}`);
  });
}
